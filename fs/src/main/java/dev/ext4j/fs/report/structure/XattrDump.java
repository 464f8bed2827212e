package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.format.XattrNameSpace;
import dev.ext4j.fs.format.XattrRecord;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Extended attributes as lists of fields, with their names and values. */
public final class XattrDump {
  private static final Map<Long, String> PREFIXES = prefixes();

  static final FieldTable HEADER =
      new FieldTable(
          Layouts.XATTR_HEADER,
          Map.ofEntries(
              entry("h_magic", Meaning.magic(0xEA020000L)),
              entry("h_refcount", Meaning.unit("inodes use the block")),
              entry("h_blocks", Meaning.unit("block")),
              entry("h_hash", Meaning.NONE),
              entry("h_checksum", Meaning.NONE)));

  static final FieldTable INODE_HEADER =
      new FieldTable(Layouts.XATTR_INODE_HEADER, Map.of("h_magic", Meaning.magic(0xEA020000L)));

  static final FieldTable ENTRY =
      new FieldTable(
          Layouts.XATTR_ENTRY,
          Map.ofEntries(
              entry("e_name_len", Meaning.unit("bytes")),
              entry("e_name_index", Meaning.words(PREFIXES)),
              entry("e_value_offs", Meaning.unit("is the offset in the area")),
              entry("e_value_size", Meaning.unit("bytes")),
              entry("e_hash", Meaning.NONE)));

  private static final int LONGEST_TEXT = 128;

  private final List<DumpedStructure> all = new ArrayList<>();
  private final Area area;

  private XattrDump(Area area) {
    this.area = area;
  }

  private static Map<Long, String> prefixes() {
    Map<Long, String> prefixes = new HashMap<>(Map.of(0L, "(none)"));
    for (XattrNameSpace space : XattrNameSpace.values()) {
      prefixes.put((long) space.index(), space.prefix());
    }
    return Map.copyOf(prefixes);
  }

  /** Returns the attributes in an attribute block. */
  public static List<DumpedStructure> block(Geometry geometry, ByteBuffer bytes, long block) {
    XattrDump dump = new XattrDump(Area.of(bytes, block));
    StructureBuilder header = StructureBuilder.of(dump.area, HEADER, "", 0);
    if (!XattrRecord.hasMagic(dump.area.bytes())) {
      header.problem("the magic number is not that of an attribute block");
    }
    if (geometry.hasMetadataChecksums()) {
      header.checksum(
          "h_checksum", XattrRecord.isChecksumValid(dump.area.bytes(), geometry, block));
    }
    dump.all.add(header.build());
    dump.entries(HEADER.size(), 0);
    return dump.all;
  }

  /**
   * Returns the attributes in an inode, after its fixed fields. Returns nothing if the area does
   * not begin with the magic number.
   */
  static List<DumpedStructure> inode(Area area) {
    XattrDump dump = new XattrDump(area);
    if (area.size() >= INODE_HEADER.size() && XattrRecord.hasMagic(area.bytes())) {
      dump.all.add(StructureBuilder.of(area, INODE_HEADER, "", 0).build());
      dump.entries(INODE_HEADER.size(), INODE_HEADER.size());
    }
    return dump.all;
  }

  private void entries(int first, int valueBase) {
    ByteBuffer bytes = area.bytes();
    int at = first;
    for (int i = 0; at + Integer.BYTES <= area.size() && bytes.getInt(at) != 0; i++) {
      StructureBuilder builder = StructureBuilder.of(area, ENTRY, "attribute " + i, at);
      if (at + ENTRY.size() > area.size()) {
        all.add(builder.build());
        return;
      }
      int nameLength = XattrRecord.nameLength(bytes, at);
      name(builder, at + ENTRY.size(), nameLength);
      value(builder, at, valueBase);
      all.add(builder.build());
      at += XattrRecord.entrySize(nameLength);
    }
  }

  private void name(StructureBuilder builder, int position, int length) {
    if (position + length > area.size()) {
      builder.problem("the name is longer than the area");
      return;
    }
    byte[] name = new byte[length];
    area.bytes().get(position, name);
    builder.bytes("e_name", position, length, Meaning.quoted(name, false));
  }

  private void value(StructureBuilder builder, int at, int valueBase) {
    long size = XattrRecord.valueSize(area.bytes(), at);
    long position = valueBase + (long) XattrRecord.valueOffset(area.bytes(), at);
    if (size == 0) {
      return;
    }
    if (XattrRecord.valueInode(area.bytes(), at) != 0) {
      builder.meaning("e_value_inum", "the value is in this inode");
    } else if (position + size > area.size()) {
      builder.problem("the value is outside the area");
    } else {
      byte[] value = new byte[(int) size];
      area.bytes().get((int) position, value);
      builder.bytes("value", (int) position, value.length, text(value));
    }
  }

  /** Returns a value as text if it is printable. */
  private static String text(byte[] value) {
    if (value.length > LONGEST_TEXT) {
      return "";
    }
    for (int i = 0; i < value.length; i++) {
      boolean lastNul = i == value.length - 1 && i > 0 && value[i] == 0;
      if ((value[i] < ' ' || value[i] == 0x7F) && !lastNul) {
        return "";
      }
    }
    return Meaning.quoted(value, true);
  }
}
