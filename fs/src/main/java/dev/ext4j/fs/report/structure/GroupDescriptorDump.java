package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Group descriptors as lists of fields. */
public final class GroupDescriptorDump {
  private static final Map<Long, String> FLAGS =
      Map.of(1L, "INODE_UNINIT", 2L, "BLOCK_UNINIT", 4L, "INODE_ZEROED");

  static final FieldTable TABLE =
      new FieldTable(
          Layouts.GROUP_DESCRIPTOR,
          Map.ofEntries(
              entry("bg_block_bitmap_lo", block("bg_block_bitmap_hi")),
              entry("bg_inode_bitmap_lo", block("bg_inode_bitmap_hi")),
              entry("bg_inode_table_lo", block("bg_inode_table_hi")),
              entry("bg_free_blocks_count_lo", Meaning.low("bg_free_blocks_count_hi", "clusters")),
              entry("bg_free_inodes_count_lo", Meaning.low("bg_free_inodes_count_hi", "inodes")),
              entry("bg_used_dirs_count_lo", Meaning.low("bg_used_dirs_count_hi", "directories")),
              entry("bg_flags", Meaning.flags(FLAGS)),
              entry("bg_exclude_bitmap_lo", block("bg_exclude_bitmap_hi")),
              entry("bg_block_bitmap_csum_lo", Meaning.NONE),
              entry("bg_inode_bitmap_csum_lo", Meaning.NONE),
              entry("bg_itable_unused_lo", Meaning.low("bg_itable_unused_hi", "inodes")),
              entry("bg_checksum", Meaning.NONE),
              entry("bg_block_bitmap_csum_hi", Meaning.NONE),
              entry("bg_inode_bitmap_csum_hi", Meaning.NONE)));

  private GroupDescriptorDump() {}

  /** Returns the descriptor of a group at a byte offset of a block of descriptors. */
  public static DumpedStructure of(
      Geometry geometry, int group, ByteBuffer bytes, long block, int byteOffset) {
    Area area = new Area(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), block, 0);
    int size = Math.min(geometry.descriptorSize(), TABLE.size());
    StructureBuilder builder = StructureBuilder.of(area, TABLE, "group " + group, byteOffset, size);
    if (geometry.hasDescriptorChecksums()) {
      GroupDescriptorView view = new GroupDescriptorView(geometry, group, bytes, byteOffset);
      builder.checksum("bg_checksum", view.isChecksumValid());
    }
    return builder.build();
  }

  /** Returns all descriptors in a block, from the first group to the last one. */
  public static List<DumpedStructure> ofBlock(
      Geometry geometry, long firstGroup, long lastGroup, ByteBuffer bytes, long block) {
    List<DumpedStructure> all = new ArrayList<>();
    for (long group = firstGroup; group <= lastGroup; group++) {
      int byteOffset = (int) (group - firstGroup) * geometry.descriptorSize();
      all.add(of(geometry, (int) group, bytes, block, byteOffset));
    }
    return all;
  }

  /** Returns the names of the flags in {@code bg_flags}. */
  public static List<String> flagNames(int word) {
    return word == 0 ? List.of() : List.of(Meaning.flagNames(word, FLAGS).split(", "));
  }

  private static Meaning block(String highName) {
    return (structure, field) ->
        "block " + (structure.number(field) | structure.number(highName) << 32);
  }
}
