package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** An index block of a hash tree as lists of fields. */
public final class HashTreeNodeDump {
  private static final int PARENT = 12; // the record for ..
  private static final int INFO = 24;
  private static final int ROOT_ENTRIES = 32;
  private static final int NODE_ENTRIES = 8;

  static final FieldTable ROOT_INFO =
      new FieldTable(
          Layouts.HASH_TREE_INFO,
          Map.of(
              "hash_version",
              Meaning.words(SuperblockDump.HASHES),
              "info_length",
              Meaning.unit("bytes"),
              "indirect_levels",
              Meaning.unit("levels of index blocks below")));

  static final FieldTable COUNT =
      new FieldTable(
          Layouts.HASH_TREE_COUNT,
          Map.of("limit", Meaning.unit("entries fit"), "count", Meaning.unit("entries in use")));

  static final FieldTable ENTRY =
      new FieldTable(
          Layouts.HASH_TREE_ENTRY,
          Map.of(
              "hash",
              (structure, field) ->
                  (structure.number(field) & 1) == 0
                      ? ""
                      : "names with this hash are also in the previous block",
              "block",
              Meaning.unit("is the logical block")));

  static final FieldTable TAIL =
      new FieldTable(Layouts.HASH_TREE_TAIL, Map.of("dt_checksum", Meaning.NONE));

  private final Geometry geometry;
  private final Area area;
  private final int entries;
  private final HashTreeNode node;
  private final List<DumpedStructure> all = new ArrayList<>();

  private HashTreeNodeDump(Geometry geometry, Area area, int entries) {
    this.geometry = geometry;
    this.area = area;
    this.entries = entries;
    this.node =
        entries == ROOT_ENTRIES
            ? HashTreeNode.uncheckedRoot(area.bytes())
            : HashTreeNode.uncheckedNode(area.bytes());
  }

  /**
   * Returns the root of a tree, which is the first block of the directory.
   *
   * @param inodeSeed the CRC state of the directory; empty if the owner of the block is not known
   */
  public static List<DumpedStructure> root(
      Geometry geometry, ByteBuffer bytes, long block, OptionalInt inodeSeed) {
    HashTreeNodeDump dump = new HashTreeNodeDump(geometry, Area.of(bytes, block), ROOT_ENTRIES);
    DirectoryDump records = new DirectoryDump(geometry, dump.area);
    dump.all.add(records.entry(0).build());
    dump.all.add(records.entry(PARENT).build());
    StructureBuilder info = StructureBuilder.of(dump.area, ROOT_INFO, "", INFO);
    if (!dump.node.isInfoValid()) {
      info.problem("the fields of the root have impossible values");
    }
    dump.all.add(info.build());
    dump.index(inodeSeed);
    return dump.all;
  }

  /** Returns an index block that is not the root. The arguments are those of {@link #root}. */
  public static List<DumpedStructure> node(
      Geometry geometry, ByteBuffer bytes, long block, OptionalInt inodeSeed) {
    HashTreeNodeDump dump = new HashTreeNodeDump(geometry, Area.of(bytes, block), NODE_ENTRIES);
    dump.all.add(new DirectoryDump(geometry, dump.area).entry(0).build());
    dump.index(inodeSeed);
    return dump.all;
  }

  private void index(OptionalInt inodeSeed) {
    boolean checksums = geometry.hasMetadataChecksums();
    boolean valid = node.isCountValid(checksums);
    StructureBuilder first = StructureBuilder.of(area, COUNT, "index entry 0", entries);
    int block = area.bytes().getInt(entries + Integer.BYTES);
    first.bytes(
        "block",
        entries + Integer.BYTES,
        Integer.BYTES,
        Integer.toUnsignedString(block) + " is the logical block");
    if (!valid) {
      first.problem("the limit or the count is impossible");
    }
    all.add(first.build());
    int room = (area.size() - entries) / ENTRY.size();
    int count = Math.min(node.count(), room);
    for (int i = 1; i < count; i++) {
      int position = entries + i * ENTRY.size();
      all.add(StructureBuilder.of(area, ENTRY, "index entry " + i, position).build());
    }
    if (checksums && valid) {
      int position = area.size() - TAIL.size();
      StructureBuilder tail = StructureBuilder.of(area, TAIL, "", position);
      if (inodeSeed.isPresent()) {
        tail.checksum("dt_checksum", node.isChecksumValid(inodeSeed.getAsInt()));
      }
      all.add(tail.build());
    }
  }
}
