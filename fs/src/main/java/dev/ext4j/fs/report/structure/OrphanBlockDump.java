package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.format.OrphanBlock;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A block of the orphan file: the slots in use, and the tail. */
public final class OrphanBlockDump {
  static final FieldTable TAIL =
      new FieldTable(
          Layouts.ORPHAN_TAIL,
          Map.of("ob_magic", Meaning.magic(0x0B10CA04L), "ob_checksum", Meaning.NONE));

  private OrphanBlockDump() {}

  /**
   * Returns the block.
   *
   * @param inodeSeed the CRC state of the orphan file
   */
  public static List<DumpedStructure> of(
      Geometry geometry, ByteBuffer bytes, long block, int inodeSeed) {
    Area area = Area.of(bytes, block);
    OrphanBlock view = new OrphanBlock(area.bytes(), geometry);
    StructureBuilder slots = new StructureBuilder(area, "orphan inodes", "", 0);
    for (int i = 0; i < OrphanBlock.capacity(geometry); i++) {
      long inode = view.inodeNumber(i);
      if (inode != 0) {
        String value = "0x" + HexFormat.of().toHexDigits((int) inode);
        slots.field(
            new DumpedField(
                "[" + i + "]", i * Integer.BYTES, Integer.BYTES, value, "inode " + inode));
      }
    }
    StructureBuilder tail = StructureBuilder.of(area, TAIL, "", area.size() - TAIL.size());
    if (!view.isMagicValid()) {
      tail.problem("the magic number is not that of an orphan file");
    }
    if (geometry.hasMetadataChecksums()) {
      tail.checksum("ob_checksum", view.isChecksumValid(inodeSeed, block));
    }
    return List.of(slots.build(), tail.build());
  }
}
