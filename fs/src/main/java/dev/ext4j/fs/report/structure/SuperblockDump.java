package dev.ext4j.fs.report.structure;

import static java.util.Map.entry;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Feature;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inspect.DumpedStructure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A superblock as a list of fields. */
public final class SuperblockDump {
  /** The bits of {@code s_default_mount_opts}. The journal mode takes two bits. */
  private static final Map<Long, String> MOUNT_OPTIONS =
      Map.ofEntries(
          entry(0x1L, "debug"),
          entry(0x2L, "bsdgroups"),
          entry(0x4L, "user_xattr"),
          entry(0x8L, "acl"),
          entry(0x10L, "uid16"),
          entry(0x100L, "nobarrier"),
          entry(0x200L, "block_validity"),
          entry(0x400L, "discard"),
          entry(0x800L, "nodelalloc"));

  private static final long JOURNAL_MODE = 0x60;
  private static final Map<Long, String> JOURNAL_MODES =
      Map.of(0x20L, "journal_data", 0x40L, "journal_data_ordered", 0x60L, "journal_data_writeback");

  /** The values of {@code s_errors}. */
  static final Map<Long, String> ERRORS = Map.of(1L, "continue", 2L, "remount-ro", 3L, "panic");

  /** The values of {@code s_def_hash_version} and {@code hash_version}. */
  static final Map<Long, String> HASHES =
      Map.of(
          0L,
          "legacy",
          1L,
          "half_md4",
          2L,
          "tea",
          3L,
          "legacy_unsigned",
          4L,
          "half_md4_unsigned",
          5L,
          "tea_unsigned",
          6L,
          "siphash");

  private static final Map<Long, String> SYSTEMS =
      Map.of(0L, "Linux", 1L, "Hurd", 2L, "Masix", 3L, "FreeBSD", 4L, "Lites");

  private static final Map<Long, String> STATES =
      Map.of(1L, "clean", 2L, "errors", 4L, "orphans being recovered", 0x20L, "fast commit replay");

  private static final Map<Long, String> FLAGS =
      Map.of(1L, "signed_directory_hash", 2L, "unsigned_directory_hash", 4L, "test_filesystem");

  static final FieldTable TABLE =
      new FieldTable(
          Layouts.SUPERBLOCK,
          Map.ofEntries(
              entry("s_blocks_count_lo", Meaning.low("s_blocks_count_hi", "blocks")),
              entry("s_r_blocks_count_lo", Meaning.low("s_r_blocks_count_hi", "blocks")),
              entry("s_free_blocks_count_lo", Meaning.low("s_free_blocks_count_hi", "blocks")),
              entry("s_log_block_size", Meaning.SHIFTED_KIB),
              entry("s_log_cluster_size", Meaning.SHIFTED_KIB),
              entry("s_mtime", Meaning.seconds("s_mtime_hi")),
              entry("s_wtime", Meaning.seconds("s_wtime_hi")),
              entry("s_magic", Meaning.magic(0xEF53)),
              entry("s_state", Meaning.flags(STATES)),
              entry("s_errors", Meaning.words(ERRORS)),
              entry("s_lastcheck", Meaning.seconds("s_lastcheck_hi")),
              entry("s_checkinterval", Meaning.unit("seconds")),
              entry("s_creator_os", Meaning.words(SYSTEMS)),
              entry("s_rev_level", Meaning.words(Map.of(0L, "0 (original)", 1L, "1 (dynamic)"))),
              entry("s_feature_compat", Meaning.flags(names(CompatFeature.values()))),
              entry("s_feature_incompat", Meaning.flags(names(IncompatFeature.values()))),
              entry("s_feature_ro_compat", Meaning.flags(names(RoCompatFeature.values()))),
              entry("s_uuid", Meaning.UUID_TEXT),
              entry("s_volume_name", Meaning.TEXT),
              entry("s_last_mounted", Meaning.TEXT),
              entry("s_algorithm_usage_bitmap", Meaning.NONE),
              entry("s_journal_uuid", Meaning.UUID_TEXT),
              entry("s_hash_seed", Meaning.UUID_TEXT),
              entry("s_def_hash_version", Meaning.words(HASHES)),
              entry(
                  "s_default_mount_opts",
                  (structure, field) -> mountOptionNames(structure.number(field))),
              entry("s_mkfs_time", Meaning.seconds("s_mkfs_time_hi")),
              entry("s_flags", Meaning.flags(FLAGS)),
              entry("s_raid_stride", Meaning.unit("blocks")),
              entry("s_mmp_interval", Meaning.unit("seconds")),
              entry("s_raid_stripe_width", Meaning.unit("blocks")),
              entry(
                  "s_log_groups_per_flex",
                  (structure, field) -> flexGroups(structure.number(field))),
              entry("s_checksum_type", Meaning.words(Map.of(0L, "none", 1L, "crc32c"))),
              entry("s_kbytes_written", Meaning.unit("KiB")),
              entry("s_first_error_time", Meaning.seconds("s_first_error_time_hi")),
              entry("s_first_error_func", Meaning.TEXT),
              entry("s_last_error_time", Meaning.seconds("s_last_error_time_hi")),
              entry("s_last_error_func", Meaning.TEXT),
              entry("s_mount_opts", Meaning.TEXT),
              entry("s_checksum_seed", Meaning.NONE),
              entry("s_encoding", Meaning.words(Map.of(0L, "none", 1L, "utf8-12.1.0"))),
              entry("s_checksum", Meaning.NONE)));

  private SuperblockDump() {}

  /**
   * Returns the superblock at the start of a buffer.
   *
   * @param label the copy, for example "backup in group 3"
   */
  public static DumpedStructure of(ByteBuffer bytes, long block, int byteOffset, String label) {
    ByteBuffer structure = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    StructureBuilder.Area area = new StructureBuilder.Area(structure, block, byteOffset);
    StructureBuilder builder = StructureBuilder.of(area, TABLE, label, 0);
    try {
      SuperblockView view = SuperblockView.of(structure);
      if (view.features().has(RoCompatFeature.METADATA_CSUM)) {
        verify(view, builder);
      }
    } catch (CorruptionException e) {
      builder.problem("the magic number is not that of a superblock");
    }
    return builder.build();
  }

  private static void verify(SuperblockView view, StructureBuilder builder) {
    try {
      view.verifyChecksum();
      builder.checksum("s_checksum", true);
    } catch (CorruptionException e) {
      builder.checksum("s_checksum", false);
    }
  }

  /** Returns the names of the options in {@code s_default_mount_opts}. */
  public static String mountOptionNames(long word) {
    String mode = JOURNAL_MODES.get(word & JOURNAL_MODE);
    String rest = Meaning.flagNames(word & ~JOURNAL_MODE, MOUNT_OPTIONS);
    if (mode == null) {
      return rest;
    }
    return (word & ~JOURNAL_MODE) == 0 ? mode : mode + ", " + rest;
  }

  /** Returns a reader of fields of a superblock by their names. */
  public static Values values(ByteBuffer bytes) {
    RawStructure structure = TABLE.view(bytes.slice().order(ByteOrder.LITTLE_ENDIAN), 0);
    return structure::number;
  }

  /** A reader of numbers in a structure. */
  @FunctionalInterface
  public interface Values {
    /** Returns the value of a field by its name in the kernel's sources. */
    long number(String name);
  }

  /** Returns the bytes of a field of a superblock. */
  public static byte[] bytes(ByteBuffer bytes, String name) {
    ByteBuffer structure = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return TABLE.view(structure, 0).bytes(TABLE.field(name));
  }

  /** Returns the bytes of a text in a superblock, up to the first NUL. */
  public static byte[] text(ByteBuffer bytes, String name) {
    byte[] all = bytes(bytes, name);
    int length = 0;
    while (length < all.length && all[length] != 0) {
      length++;
    }
    return Arrays.copyOf(all, length);
  }

  /** Returns the name of the behaviour that {@code s_errors} selects. */
  public static String errorsBehavior(long code) {
    return ERRORS.getOrDefault(code, "unknown");
  }

  /** Returns the name of a hash function. */
  public static String hashName(long code) {
    return HASHES.getOrDefault(code, "unknown (" + code + ")");
  }

  private static String flexGroups(long shift) {
    return shift == 0 ? "1 group" : shift <= 31 ? (1L << shift) + " groups" : "impossible";
  }

  private static Map<Long, String> names(Feature[] features) {
    Map<Long, String> names = new HashMap<>();
    for (Feature feature : List.of(features)) {
      names.put(feature.bit(), feature.label());
    }
    return names;
  }
}
