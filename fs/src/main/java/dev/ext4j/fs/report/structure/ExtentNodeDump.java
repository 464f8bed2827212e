package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Field;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A node of an extent tree as lists of fields: the header, the entries and the tail. */
public final class ExtentNodeDump {
  static final FieldTable HEADER =
      new FieldTable(
          Layouts.EXTENT_HEADER,
          Map.ofEntries(
              entry("eh_magic", Meaning.magic(0xF30A)),
              entry("eh_entries", Meaning.unit("entries in use")),
              entry("eh_max", Meaning.unit("entries fit")),
              entry("eh_depth", ExtentNodeDump::depth)));

  static final FieldTable EXTENT =
      new FieldTable(
          Layouts.EXTENT,
          Map.ofEntries(
              entry("ee_block", ExtentNodeDump::logicalRange),
              entry("ee_len", ExtentNodeDump::length),
              entry("ee_start_lo", Meaning.low("ee_start_hi", "is the first physical block"))));

  static final FieldTable INDEX =
      new FieldTable(
          Layouts.EXTENT_INDEX,
          Map.ofEntries(
              entry("ei_block", Meaning.unit("is the first logical block")),
              entry("ei_leaf_lo", Meaning.low("ei_leaf_hi", "is the block of the node below"))));

  static final FieldTable TAIL =
      new FieldTable(Layouts.EXTENT_TAIL, Map.of("et_checksum", Meaning.NONE));

  private ExtentNodeDump() {}

  /** Returns the root of the tree of an inode, which is in {@code i_block}. */
  static List<DumpedStructure> root(Geometry geometry, Area area) {
    return new Node(geometry, area).dump(OptionalInt.empty(), false);
  }

  /**
   * Returns a node that fills a block.
   *
   * @param inodeSeed the CRC state of the inode that owns the node; empty if the owner is not known
   */
  public static List<DumpedStructure> block(
      Geometry geometry, ByteBuffer bytes, long block, OptionalInt inodeSeed) {
    return new Node(geometry, Area.of(bytes, block)).dump(inodeSeed, true);
  }

  private static String depth(RawStructure structure, Field field) {
    long depth = structure.number(field);
    return depth == 0 ? "leaf" : depth + (depth == 1 ? " level below" : " levels below");
  }

  private static int blockCount(RawStructure structure) {
    int raw = (int) structure.number("ee_len");
    return raw <= ExtentNode.MAX_WRITTEN_LENGTH ? raw : raw - ExtentNode.MAX_WRITTEN_LENGTH;
  }

  private static String logicalRange(RawStructure structure, Field field) {
    long first = structure.number(field);
    return "logical blocks " + first + ".." + (first + blockCount(structure) - 1);
  }

  private static String length(RawStructure structure, Field field) {
    boolean unwritten = structure.number(field) > ExtentNode.MAX_WRITTEN_LENGTH;
    return blockCount(structure) + " blocks, " + (unwritten ? "unwritten" : "written");
  }

  /** A node that is being shown. */
  private static final class Node {
    private final Geometry geometry;
    private final Area area;
    private final ExtentNode node;
    private final List<DumpedStructure> all = new ArrayList<>();

    Node(Geometry geometry, Area area) {
      this.geometry = geometry;
      this.area = area;
      this.node = ExtentNode.unchecked(area.bytes());
    }

    List<DumpedStructure> dump(OptionalInt inodeSeed, boolean hasTail) {
      StructureBuilder header = StructureBuilder.of(area, HEADER, "", 0);
      if (node.hasSoundHeader()) {
        verify(header);
      } else {
        header.problem("the header is not that of a node");
      }
      all.add(header.build());
      FieldTable table = node.depth() == 0 ? EXTENT : INDEX;
      int room = (area.size() - HEADER.size()) / table.size();
      int count = Math.min(node.entries(), room);
      for (int i = 0; i < count; i++) {
        String label = (node.depth() == 0 ? "extent " : "index entry ") + i;
        int position = HEADER.size() + i * table.size();
        all.add(StructureBuilder.of(area, table, label, position).build());
      }
      if (hasTail && geometry.hasMetadataChecksums()) {
        tail(inodeSeed, Math.min(node.capacity(), room));
      }
      return all;
    }

    private void verify(StructureBuilder header) {
      try {
        ExtentNode checked = ExtentNode.verify(area.bytes(), geometry, () -> "node");
        assert checked.entries() == node.entries();
      } catch (CorruptionException e) {
        header.problem(String.valueOf(e.getMessage()));
      }
    }

    private void tail(OptionalInt inodeSeed, int capacity) {
      int position = HEADER.size() + capacity * EXTENT.size();
      StructureBuilder tail = StructureBuilder.of(area, TAIL, "", position);
      if (inodeSeed.isPresent()) {
        tail.checksum("et_checksum", node.isChecksumValid(inodeSeed.getAsInt()));
      }
      all.add(tail.build());
    }
  }
}
