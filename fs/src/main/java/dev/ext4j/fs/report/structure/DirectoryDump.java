package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryBlock.ChecksumVerdict;
import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A block of a directory that holds entries, as lists of fields. */
public final class DirectoryDump {
  /** The values of {@code file_type}. */
  private static final Map<Long, String> TYPES =
      Map.of(
          0L,
          "unknown",
          1L,
          "regular file",
          2L,
          "directory",
          3L,
          "character device",
          4L,
          "block device",
          5L,
          "fifo",
          6L,
          "socket",
          7L,
          "symbolic link");

  static final FieldTable ENTRY =
      new FieldTable(
          Layouts.DIRECTORY_ENTRY,
          Map.of(
              "inode",
              (structure, field) ->
                  structure.number(field) == 0 ? "unused" : "inode " + structure.number(field),
              "rec_len",
              Meaning.unit("bytes"),
              "name_len",
              Meaning.unit("bytes"),
              "file_type",
              Meaning.words(TYPES)));

  static final FieldTable TAIL =
      new FieldTable(
          Layouts.DIRECTORY_TAIL,
          Map.of("det_reserved_ft", Meaning.magic(0xDE), "det_checksum", Meaning.NONE));

  private static final int TAIL_TYPE = 0xDE;
  private static final int SELF_SIZE = 12; // the entry . with its name

  private final Geometry geometry;
  private final Area area;
  private final byte[] copy;
  private final List<DumpedStructure> all = new ArrayList<>();

  DirectoryDump(Geometry geometry, Area area) {
    this.geometry = geometry;
    this.area = area;
    this.copy = new byte[area.size()];
    area.bytes().get(0, copy);
  }

  /**
   * Returns the entries of a block, and its tail.
   *
   * @param inodeSeed the CRC state of the directory; empty if the owner of the block is not known
   */
  public static List<DumpedStructure> block(
      Geometry geometry, ByteBuffer bytes, long block, OptionalInt inodeSeed) {
    Area area = Area.of(bytes, block);
    DirectoryDump dump = new DirectoryDump(geometry, area);
    int end = area.size() - (dump.hasTail() ? TAIL.size() : 0);
    dump.entries(0, end);
    if (dump.hasTail()) {
      StructureBuilder tail = StructureBuilder.of(area, TAIL, "", end);
      if (inodeSeed.isPresent()) {
        boolean matches =
            DirectoryBlock.checkChecksum(area.bytes(), inodeSeed.getAsInt())
                == ChecksumVerdict.MATCHES;
        tail.checksum("det_checksum", matches);
      }
      dump.all.add(tail.build());
    }
    return dump.all;
  }

  /** Returns whether a block begins like a directory, with the entry of the directory itself. */
  public static boolean isStart(ByteBuffer bytes) {
    byte[] head = new byte[SELF_SIZE];
    bytes.get(0, head);
    return DirectoryRecord.inodeNumber(head, 0) != 0
        && DirectoryRecord.recordLength(head, 0) == SELF_SIZE
        && DirectoryRecord.nameLength(head, 0) == 1
        && head[ENTRY.size()] == '.';
  }

  /** Returns the entries of an inline directory, which follow the number of its parent. */
  static List<DumpedStructure> inline(Geometry geometry, Area area, int first) {
    DirectoryDump dump = new DirectoryDump(geometry, area);
    dump.entries(first, area.size());
    return dump.all;
  }

  private boolean hasTail() {
    int tail = copy.length - TAIL.size();
    return geometry.hasMetadataChecksums()
        && DirectoryRecord.inodeNumber(copy, tail) == 0
        && DirectoryRecord.recordLength(copy, tail) == TAIL.size()
        && DirectoryRecord.typeByte(copy, tail) == TAIL_TYPE;
  }

  private void entries(int first, int end) {
    for (int at = first; at < end; ) {
      StructureBuilder builder = entry(at);
      int recordLength = at + ENTRY.size() <= end ? DirectoryRecord.recordLength(copy, at) : 0;
      boolean possible =
          recordLength >= ENTRY.size() && recordLength % 4 == 0 && recordLength <= end - at;
      if (!possible) {
        builder.problem("the length of the record is impossible");
      }
      all.add(builder.build());
      if (!possible) {
        return;
      }
      at += recordLength;
    }
  }

  /** Returns the entry at a position, with its name. */
  StructureBuilder entry(int at) {
    if (at + ENTRY.size() > copy.length) {
      return StructureBuilder.of(area, ENTRY, "", at);
    }
    boolean typed = geometry.features().has(IncompatFeature.FILETYPE);
    int length = DirectoryRecord.nameLength(copy, at);
    StructureBuilder builder = StructureBuilder.of(area, ENTRY, "", at);
    if (!typed) {
      builder.meaning("file_type", "is the upper byte of the name's length");
    }
    int position = at + ENTRY.size();
    if (position + length > copy.length) {
      return builder.problem("the name is longer than the block");
    }
    if (length > 0) {
      byte[] name = new byte[length];
      System.arraycopy(copy, position, name, 0, length);
      builder.bytes("name", position, length, Meaning.quoted(name, false));
    }
    return builder;
  }
}
