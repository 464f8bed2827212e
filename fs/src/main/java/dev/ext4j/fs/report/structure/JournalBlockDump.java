package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.format.Field;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.StructureDump.Kind;
import dev.ext4j.fs.journal.format.JournalLayouts;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.report.structure.StructureBuilder.Area;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A block of the log as lists of fields. */
public final class JournalBlockDump {
  private static final Map<Long, String> TYPES =
      Map.of(
          1L,
          "descriptor block",
          2L,
          "commit block",
          3L,
          "superblock, version 1",
          4L,
          "superblock, version 2",
          5L,
          "revoke block");

  private static final Map<Long, String> INCOMPAT =
      Map.of(
          0x1L,
          "revoke",
          0x2L,
          "64bit",
          0x4L,
          "async_commit",
          0x8L,
          "csum_v2",
          0x10L,
          "csum_v3",
          0x20L,
          "fast_commit");

  private static final Map<Long, String> CHECKSUM_TYPES =
      Map.of(0L, "none", 1L, "crc32", 2L, "md5", 3L, "sha1", 4L, "crc32c");

  private static final Map<Long, String> TAG_FLAGS =
      Map.of(1L, "ESCAPE", 2L, "SAME_UUID", 4L, "DELETED", 8L, "LAST_TAG");

  private static final Map<Long, String> FAST_COMMIT_TAGS =
      Map.of(
          1L,
          "ADD_RANGE",
          2L,
          "DEL_RANGE",
          3L,
          "CREAT",
          4L,
          "LINK",
          5L,
          "UNLINK",
          6L,
          "INODE",
          7L,
          "PAD",
          8L,
          "TAIL",
          9L,
          "HEAD");

  private static final Meaning MAGIC = Meaning.magic(LogBlock.MAGIC & 0xFFFFFFFFL);

  static final FieldTable SUPERBLOCK =
      new FieldTable(
          JournalLayouts.SUPERBLOCK,
          Map.ofEntries(
              entry("h_magic", MAGIC),
              entry("h_blocktype", Meaning.words(TYPES)),
              entry("s_blocksize", Meaning.unit("bytes")),
              entry("s_maxlen", Meaning.unit("blocks")),
              entry("s_first", Meaning.unit("is the first block of the ring")),
              entry("s_start", JournalBlockDump::start),
              entry("s_errno", JournalBlockDump::signed),
              entry("s_feature_compat", Meaning.flags(Map.of(1L, "checksum"))),
              entry("s_feature_incompat", Meaning.flags(INCOMPAT)),
              entry("s_feature_ro_compat", Meaning.flags(Map.of())),
              entry("s_uuid", Meaning.UUID_TEXT),
              entry("s_checksum_type", Meaning.words(CHECKSUM_TYPES)),
              entry("s_num_fc_blks", Meaning.unit("blocks for fast commits")),
              entry("s_checksum", Meaning.NONE)));

  static final FieldTable HEADER =
      new FieldTable(
          JournalLayouts.HEADER, Map.of("h_magic", MAGIC, "h_blocktype", Meaning.words(TYPES)));

  static final FieldTable COMMIT =
      new FieldTable(
          JournalLayouts.COMMIT,
          Map.ofEntries(
              entry("h_magic", MAGIC),
              entry("h_blocktype", Meaning.words(TYPES)),
              entry("h_chksum_type", Meaning.words(CHECKSUM_TYPES)),
              entry("h_commit_sec", JournalBlockDump::commitTime)));

  static final FieldTable REVOKE =
      new FieldTable(
          JournalLayouts.REVOKE,
          Map.of(
              "h_magic",
              MAGIC,
              "h_blocktype",
              Meaning.words(TYPES),
              "r_count",
              Meaning.unit("bytes in use")));

  static final FieldTable TAG = new FieldTable(JournalLayouts.TAG, tagMeanings());

  static final FieldTable TAG3 = new FieldTable(JournalLayouts.TAG3, tagMeanings());

  static final FieldTable TAIL =
      new FieldTable(JournalLayouts.TAIL, Map.of("t_checksum", Meaning.NONE));

  static final FieldTable FAST_COMMIT_TAG =
      new FieldTable(
          JournalLayouts.FAST_COMMIT_TAG,
          Map.of("fc_tag", Meaning.words(FAST_COMMIT_TAGS), "fc_len", Meaning.unit("bytes")));

  private static final int UUID_SIZE = 16;
  private static final int SAME_UUID = 2;
  private static final int LAST_TAG = 8;
  private static final int FAST_COMMIT_PAD = 7;
  private static final int FAST_COMMIT_TAIL = 8;
  private static final int FAST_COMMIT_LAST = 9;

  private final Area area;
  private final @Nullable JournalSuperblock journal;
  private final LogBlock view;
  private final List<DumpedStructure> all = new ArrayList<>();

  /**
   * Creates a dump of a block.
   *
   * @param block the number of the block on the file system
   * @param journal the superblock of the log; null if it is damaged
   */
  public JournalBlockDump(ByteBuffer bytes, long block, @Nullable JournalSuperblock journal) {
    this.area = new Area(bytes.duplicate().clear().order(ByteOrder.BIG_ENDIAN), block, 0);
    this.journal = journal;
    this.view = new LogBlock(bytes);
  }

  /** Returns the kind of the block according to its header. */
  public Kind kind() {
    if (area.bytes().getInt(0) != LogBlock.MAGIC) {
      return Kind.JOURNAL_DATA;
    }
    return switch (area.bytes().getInt(Integer.BYTES)) {
      case 1 -> Kind.JOURNAL_DESCRIPTOR;
      case 2 -> Kind.JOURNAL_COMMIT;
      case 3, 4 -> Kind.JOURNAL_SUPERBLOCK;
      case 5 -> Kind.JOURNAL_REVOKE;
      default -> Kind.JOURNAL_DATA;
    };
  }

  /** Returns the structures of the block according to its header. */
  public List<DumpedStructure> dump() {
    switch (kind()) {
      case JOURNAL_DESCRIPTOR -> descriptor();
      case JOURNAL_COMMIT -> commit();
      case JOURNAL_REVOKE -> revoke();
      case JOURNAL_SUPERBLOCK -> superblock();
      default -> {}
    }
    return all;
  }

  /** Returns the records in a block of the area for fast commits. */
  public static List<DumpedStructure> fastCommit(ByteBuffer bytes, long block) {
    Area area = Area.of(bytes, block);
    List<DumpedStructure> all = new ArrayList<>();
    int at = 0;
    for (int i = 0; at + FAST_COMMIT_TAG.size() <= area.size(); i++) {
      int tag = area.bytes().getShort(at) & 0xFFFF;
      int length = area.bytes().getShort(at + 2) & 0xFFFF;
      int value = at + FAST_COMMIT_TAG.size();
      if (tag == 0 || tag > FAST_COMMIT_LAST || length > area.size() - value) {
        break;
      }
      StructureBuilder record = StructureBuilder.of(area, FAST_COMMIT_TAG, "record " + i, at);
      if (tag != FAST_COMMIT_PAD) {
        record.bytes("fc_val", value, length, "");
      }
      all.add(record.build());
      if (tag == FAST_COMMIT_PAD || tag == FAST_COMMIT_TAIL) {
        break;
      }
      at = value + length;
    }
    return all;
  }

  private void superblock() {
    StructureBuilder builder = StructureBuilder.of(area, SUPERBLOCK, "", 0);
    if (journal == null) {
      builder.problem("the superblock of the journal is damaged");
    } else if (journal.hasChecksums()) {
      builder.checksum("s_checksum", true); // a journal whose checksum differs is not opened
    }
    all.add(builder.build());
  }

  private void descriptor() {
    all.add(StructureBuilder.of(area, HEADER, "", 0).build());
    if (journal == null) {
      return; // the size of the tags is not known
    }
    FieldTable table = journal.hasWideTags() ? TAG3 : TAG;
    int flagsAt = journal.hasWideTags() ? 4 : 6;
    int end = area.size() - (journal.hasChecksums() ? TAIL.size() : 0);
    int at = HEADER.size();
    int used = journal.has64Bit() || journal.hasWideTags() ? table.size() : table.size() - 4;
    for (int i = 0; at + journal.tagSize() <= end; i++) {
      StructureBuilder tag = StructureBuilder.of(area, table, "tag " + i, at, used);
      int flags =
          journal.hasWideTags()
              ? area.bytes().getInt(at + flagsAt)
              : area.bytes().getShort(at + flagsAt);
      at += journal.tagSize();
      if ((flags & SAME_UUID) == 0) {
        tag.bytes("uuid", at, UUID_SIZE, "");
        at += UUID_SIZE;
      }
      all.add(tag.build());
      if ((flags & LAST_TAG) != 0) {
        break;
      }
    }
    tail(journal);
  }

  private void commit() {
    StructureBuilder builder = StructureBuilder.of(area, COMMIT, "", 0);
    if (journal != null && journal.hasChecksums()) {
      builder.checksum("h_chksum", view.isCommitChecksumValid(journal.checksumSeed()));
    }
    all.add(builder.build());
  }

  private void revoke() {
    StructureBuilder header = StructureBuilder.of(area, REVOKE, "", 0);
    if (journal == null) {
      all.add(header.build());
      return;
    }
    if (!view.isRevokeLengthPossible(journal)) {
      header.problem("r_count is impossible");
    } else {
      int size = journal.has64Bit() ? Long.BYTES : Integer.BYTES;
      int used = area.bytes().getInt(REVOKE.size() - Integer.BYTES);
      for (int at = REVOKE.size(); at + size <= used; at += size) {
        byte[] number = new byte[size];
        area.bytes().get(at, number);
        long block = HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(number));
        header.bytes("[" + (at - REVOKE.size()) / size + "]", at, size, "block " + block);
      }
    }
    all.add(header.build());
    tail(journal);
  }

  private void tail(JournalSuperblock superblock) {
    if (superblock.hasChecksums()) {
      StructureBuilder tail = StructureBuilder.of(area, TAIL, "", area.size() - TAIL.size());
      tail.checksum("t_checksum", view.isTailChecksumValid(superblock.checksumSeed()));
      all.add(tail.build());
    }
  }

  private static Map<String, Meaning> tagMeanings() {
    return Map.of(
        "t_blocknr",
        Meaning.low("t_blocknr_high", "is the home block"),
        "t_flags",
        Meaning.flags(TAG_FLAGS),
        "t_checksum",
        Meaning.NONE);
  }

  private static String start(RawStructure structure, Field field) {
    long start = structure.number(field);
    return start == 0 ? "the log is empty" : start + " is the first block to replay";
  }

  private static String signed(RawStructure structure, Field field) {
    return Integer.toString((int) structure.number(field));
  }

  private static String commitTime(RawStructure structure, Field field) {
    long seconds = structure.number(field);
    boolean real = seconds >= 0 && seconds < Instant.MAX.getEpochSecond();
    return real ? Instant.ofEpochSecond(seconds).toString() : Long.toUnsignedString(seconds);
  }
}
