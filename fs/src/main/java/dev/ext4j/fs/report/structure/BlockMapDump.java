package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The pointers of a block map: those in an inode, or those in an indirect block. */
public final class BlockMapDump {
  private static final int DIRECT = 12;
  private static final int IN_INODE = 15;
  private static final int POINTER_SIZE = 4;
  private static final String[] TREES = {"indirect", "double indirect", "triple indirect"};

  private BlockMapDump() {}

  /** Returns the pointers in {@code i_block} of an inode. */
  static DumpedStructure root(Geometry geometry, Area area) {
    StructureBuilder builder = new StructureBuilder(area, "i_block", "block map", 0);
    for (int i = 0; i < IN_INODE; i++) {
      String what = i < DIRECT ? "logical block " + i : TREES[i - DIRECT] + " block";
      pointer(geometry, area, builder, i, what);
    }
    return builder.build();
  }

  /** Returns the pointers in an indirect block. Pointers of value 0 are left out. */
  public static DumpedStructure block(Geometry geometry, ByteBuffer bytes, long block) {
    Area area = Area.of(bytes, block);
    StructureBuilder builder = new StructureBuilder(area, "indirect block", "", 0);
    for (int i = 0; i < area.size() / POINTER_SIZE; i++) {
      if (area.bytes().getInt(i * POINTER_SIZE) != 0) {
        pointer(geometry, area, builder, i, "");
      }
    }
    return builder.build();
  }

  private static void pointer(
      Geometry geometry, Area area, StructureBuilder builder, int i, String what) {
    int value = area.bytes().getInt(i * POINTER_SIZE);
    long target = Integer.toUnsignedLong(value);
    boolean possible = target == 0 || geometry.containsBlocks(target, 1);
    String meaning = target == 0 ? "hole" : "block " + target;
    builder.field(
        new DumpedField(
            "[" + i + "]",
            i * POINTER_SIZE,
            POINTER_SIZE,
            "0x" + HexFormat.of().toHexDigits(value),
            (what.isEmpty() ? "" : what + ": ") + meaning));
    if (!possible) {
      builder.problem("[" + i + "] points to block " + target + ", which does not exist");
    }
  }
}
