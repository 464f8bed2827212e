package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.format.Field;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An inode as lists of fields: its fixed fields, {@code i_block}, and the attributes inside it. */
public final class InodeDump {
  private static final int TYPE_MASK = 0xF000;
  private static final int DIRECTORY = 0x4000;
  private static final int REGULAR = 0x8000;
  private static final int LINK = 0xA000;
  private static final Map<Integer, String> TYPES =
      Map.of(
          0x1000,
          "fifo",
          0x2000,
          "character device",
          DIRECTORY,
          "directory",
          0x6000,
          "block device",
          REGULAR,
          "regular file",
          LINK,
          "symbolic link",
          0xC000,
          "socket");

  static final FieldTable TABLE =
      new FieldTable(
          Layouts.INODE,
          Map.ofEntries(
              entry("i_mode", InodeDump::mode),
              entry("i_uid", Meaning.low("i_uid_high", "")),
              entry("i_size_lo", Meaning.low("i_size_high", "bytes")),
              entry("i_atime", time("i_atime_extra")),
              entry("i_ctime", time("i_ctime_extra")),
              entry("i_mtime", time("i_mtime_extra")),
              entry("i_dtime", Meaning.seconds("")),
              entry("i_gid", Meaning.low("i_gid_high", "")),
              entry("i_links_count", Meaning.unit("names")),
              entry("i_blocks_lo", InodeDump::blocks),
              entry("i_flags", Meaning.flags(flagNames())),
              entry("i_version_lo", Meaning.low("i_version_hi", "")),
              entry("i_file_acl_lo", InodeDump::attributeBlock),
              entry("i_checksum_lo", Meaning.NONE),
              entry("i_extra_isize", Meaning.unit("bytes of fields after the first 128")),
              entry("i_checksum_hi", Meaning.NONE),
              entry("i_ctime_extra", InodeDump::extraTime),
              entry("i_mtime_extra", InodeDump::extraTime),
              entry("i_atime_extra", InodeDump::extraTime),
              entry("i_crtime", time("i_crtime_extra")),
              entry("i_crtime_extra", InodeDump::extraTime)));

  private static final int BLOCK_AREA = blockAreaOffset();
  private static final int EXTRA_SIZE_END = InodeView.BASE_SIZE + 2;

  private final Geometry geometry;
  private final Area area;
  private final InodeRecord record;
  private final List<DumpedStructure> all = new ArrayList<>();

  private InodeDump(Geometry geometry, long number, Area area) {
    this.geometry = geometry;
    this.area = area;
    this.record = new InodeRecord(geometry);
    record.moveTo(area.bytes(), 0, number);
  }

  /** Returns the inode at a byte offset of a block of the inode table. */
  public static List<DumpedStructure> of(
      Geometry geometry, long number, ByteBuffer bytes, long block, int byteOffset) {
    Area area = Area.of(bytes, block).slice(byteOffset, geometry.inodeSize());
    InodeDump dump = new InodeDump(geometry, number, area);
    dump.fields(number);
    dump.mapping();
    dump.attributes();
    return dump.all;
  }

  /** Returns all inodes of a block of the inode table that have other bytes than zeros. */
  public static List<DumpedStructure> ofBlock(
      Geometry geometry, long firstInode, long lastInode, ByteBuffer bytes, long block) {
    List<DumpedStructure> all = new ArrayList<>();
    for (long number = firstInode; number <= lastInode; number++) {
      int byteOffset = (int) (number - firstInode) * geometry.inodeSize();
      if (!isZero(bytes, byteOffset, geometry.inodeSize())) {
        all.addAll(of(geometry, number, bytes, block, byteOffset));
      }
    }
    return all;
  }

  private void fields(long number) {
    InodeView view = record.view();
    int size = geometry.inodeSize();
    boolean valid = view.isExtraSizeValid();
    int used = InodeView.BASE_SIZE + (valid ? view.extraSize() : size);
    int shown = Math.min(size, Math.max(used, EXTRA_SIZE_END));
    String label = "inode " + number + (isZero(area.bytes(), 0, size) ? ", never used" : "");
    StructureBuilder builder = StructureBuilder.of(area, TABLE, label, 0, shown);
    if (size <= InodeView.BASE_SIZE) {
      builder = StructureBuilder.of(area, TABLE, label, 0, InodeView.BASE_SIZE);
    }
    if (!valid) {
      builder.problem("i_extra_isize is impossible");
    }
    if (geometry.hasMetadataChecksums()) {
      builder.checksum("i_checksum_lo", view.isChecksumValid());
    }
    if (isFastLink()) {
      builder.meaning("i_block", "target " + Meaning.quoted(blockArea(), true));
    }
    all.add(builder.build());
  }

  private void mapping() {
    Area map = area.slice(BLOCK_AREA, InodeView.BLOCK_AREA_SIZE);
    int type = record.mode() & TYPE_MASK;
    if (record.hasFlag(FileFlag.INLINE_DATA)) {
      if (type == DIRECTORY) {
        all.addAll(DirectoryDump.inline(geometry, map, Integer.BYTES));
      }
    } else if (record.hasFlag(FileFlag.EXTENTS)) {
      all.addAll(ExtentNodeDump.root(geometry, map));
    } else if (type == REGULAR || type == DIRECTORY || (type == LINK && !isFastLink())) {
      all.add(BlockMapDump.root(geometry, map));
    }
  }

  private void attributes() {
    int start = InodeView.BASE_SIZE + record.extraSize();
    if (start < geometry.inodeSize()) {
      all.addAll(XattrDump.inode(area.slice(start, geometry.inodeSize() - start)));
    }
  }

  private boolean isFastLink() {
    return (record.mode() & TYPE_MASK) == LINK
        && !record.hasFlag(FileFlag.EXTENTS)
        && !record.hasFlag(FileFlag.INLINE_DATA)
        && record.sizeLow() < InodeView.BLOCK_AREA_SIZE;
  }

  private byte[] blockArea() {
    byte[] copy = new byte[InodeView.BLOCK_AREA_SIZE];
    area.bytes().get(BLOCK_AREA, copy);
    return copy;
  }

  private static String mode(RawStructure structure, Field field) {
    int mode = (int) structure.number(field);
    String type = TYPES.get(mode & TYPE_MASK);
    String permissions = String.format(Locale.ROOT, "%04o", mode & 0xFFF);
    return (type == null ? mode == 0 ? "not in use" : "unknown type" : type) + ", " + permissions;
  }

  private static String blocks(RawStructure structure, Field field) {
    boolean huge = (structure.number("i_flags") & FileFlag.HUGE_FILE.bit()) != 0;
    String unit = huge ? "blocks" : "sectors of 512 bytes";
    return Meaning.low("i_blocks_high", unit).of(structure, field);
  }

  private static String attributeBlock(RawStructure structure, Field field) {
    long block = structure.number(field) | structure.number("i_file_acl_high") << 32;
    return block == 0 ? "no attribute block" : "attribute block " + block;
  }

  private static Meaning time(String extraName) {
    return (structure, field) -> {
      long seconds = (int) structure.number(field);
      long extra = structure.number(extraName);
      return Instant.ofEpochSecond(seconds + ((extra & 3) << 32), extra >>> 2).toString();
    };
  }

  private static String extraTime(RawStructure structure, Field field) {
    long extra = structure.number(field);
    return (extra >>> 2) + " ns, epoch " + (extra & 3);
  }

  private static Map<Long, String> flagNames() {
    Map<Long, String> names = new HashMap<>();
    for (FileFlag flag : FileFlag.values()) {
      names.put(flag.bit(), flag.name());
    }
    return names;
  }

  private static int blockAreaOffset() {
    for (Field field : Layouts.INODE.fields()) {
      if (field.name().equals("i_block")) {
        return field.offset();
      }
    }
    throw new AssertionError("an inode has i_block");
  }

  private static boolean isZero(ByteBuffer bytes, int from, int size) {
    for (int i = from; i < from + size; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
