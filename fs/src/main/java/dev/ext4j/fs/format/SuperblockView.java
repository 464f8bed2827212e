package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.SuperblockFields.*;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.UUID;

/** A view of {@code struct ext4_super_block}, which has 1024 bytes. */
public final class SuperblockView {
  /** The size of the structure in bytes. */
  public static final int SIZE = 1024;

  /** The position of the primary superblock on the device, in bytes. */
  public static final long PRIMARY_BYTE_OFFSET = 1024;

  /** The first inode that is not reserved, in revision 0 and by default. */
  public static final int FIRST_INODE = 11;

  private static final int STRICT = 1;
  private static final int MAGIC = 0xEF53;
  private static final int STATE_VALID = 1; // EXT4_VALID_FS
  private static final int STATE_ERROR = 2; // EXT4_ERROR_FS
  private static final int CHECKSUM_TYPE_CRC32C = 1;
  private static final int FLAG_UNSIGNED_HASH = 2; // EXT2_FLAGS_UNSIGNED_HASH

  private final ByteBuffer bytes;

  private SuperblockView(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the position of a backup superblock on the device, in bytes. If the position does not
   * fit in a {@code long}, returns {@link Long#MAX_VALUE}, which is beyond the end of every device.
   */
  public static long byteOffset(long block, int blockSize) {
    return block > Long.MAX_VALUE / blockSize ? Long.MAX_VALUE : block * blockSize;
  }

  /**
   * Creates a view of the first 1024 bytes of a buffer. A write to the view changes the buffer.
   *
   * @throws CorruptionException with NOT_EXT4, if the magic number is missing
   */
  public static SuperblockView of(ByteBuffer bytes) throws CorruptionException {
    ByteBuffer slice = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (slice.capacity() < SIZE || S_MAGIC.get(slice) != MAGIC) {
      throw new CorruptionException(
          Kind.NOT_EXT4, "no ext2, ext3 or ext4 file system here (bad magic number)");
    }
    return new SuperblockView(slice);
  }

  /** Returns a copy of the 1024 bytes, in a buffer of little-endian order. */
  public ByteBuffer copy() {
    ByteBuffer copy = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.get(0, copy.array());
    return copy;
  }

  /**
   * Returns the feature words. In revision 0 they should be zeros, but they are used even if they
   * are not. Linux does the same, with a warning. A writer that ignored them would damage a file
   * system with a journal or with checksums.
   */
  public FeatureSet features() {
    return new FeatureSet(
        S_FEATURE_COMPAT.get(bytes), S_FEATURE_INCOMPAT.get(bytes), S_FEATURE_RO_COMPAT.get(bytes));
  }

  public long revision() {
    return S_REV_LEVEL.get(bytes);
  }

  /** Returns {@code s_log_block_size}. The block size is 1024 shifted left by this value. */
  public long logBlockSize() {
    return S_LOG_BLOCK_SIZE.get(bytes);
  }

  /** Returns {@code s_log_cluster_size}. The cluster size is 1024 shifted left by this value. */
  public long logClusterSize() {
    return S_LOG_CLUSTER_SIZE.get(bytes);
  }

  public long blockCount(boolean has64Bit) {
    return wide(S_BLOCKS_COUNT_LO.get(bytes), S_BLOCKS_COUNT_HI.get(bytes), has64Bit);
  }

  /** Sets {@code s_blocks_count}. */
  public void setBlockCount(long count, boolean has64Bit) {
    S_BLOCKS_COUNT_LO.set(bytes, count & 0xFFFFFFFFL);
    if (has64Bit) {
      S_BLOCKS_COUNT_HI.set(bytes, count >>> 32);
    }
  }

  public long reservedBlockCount(boolean has64Bit) {
    return wide(S_R_BLOCKS_COUNT_LO.get(bytes), S_R_BLOCKS_COUNT_HI.get(bytes), has64Bit);
  }

  /** Returns {@code s_free_blocks_count}, which counts blocks even with bigalloc. */
  public long freeBlockCount(boolean has64Bit) {
    return wide(S_FREE_BLOCKS_COUNT_LO.get(bytes), S_FREE_BLOCKS_COUNT_HI.get(bytes), has64Bit);
  }

  /** Sets {@code s_free_blocks_count}. */
  public void setFreeBlockCount(long count, boolean has64Bit) {
    S_FREE_BLOCKS_COUNT_LO.set(bytes, count & 0xFFFFFFFFL);
    if (has64Bit) {
      S_FREE_BLOCKS_COUNT_HI.set(bytes, count >>> 32);
    }
  }

  public long inodeCount() {
    return S_INODES_COUNT.get(bytes);
  }

  /** Sets {@code s_inodes_count}. */
  public void setInodeCount(long count) {
    S_INODES_COUNT.set(bytes, count);
  }

  public long freeInodeCount() {
    return S_FREE_INODES_COUNT.get(bytes);
  }

  /** Sets {@code s_free_inodes_count}. */
  public void setFreeInodeCount(long count) {
    S_FREE_INODES_COUNT.set(bytes, count);
  }

  public long firstDataBlock() {
    return S_FIRST_DATA_BLOCK.get(bytes);
  }

  public long blocksPerGroup() {
    return S_BLOCKS_PER_GROUP.get(bytes);
  }

  public long clustersPerGroup() {
    return S_CLUSTERS_PER_GROUP.get(bytes);
  }

  public long inodesPerGroup() {
    return S_INODES_PER_GROUP.get(bytes);
  }

  /** Returns the size of an inode in bytes, which is 128 in revision 0. */
  public int inodeSize() {
    return revision() == 0 ? 128 : S_INODE_SIZE.get(bytes);
  }

  /** Returns the first inode that is not reserved, which is 11 in revision 0. */
  public long firstInode() {
    return revision() == 0 ? FIRST_INODE : S_FIRST_INO.get(bytes);
  }

  /**
   * Returns {@code s_min_extra_isize}: the number of bytes after the first 128 that all inodes use
   * for fixed fields.
   */
  public int minimalExtraSize() {
    return S_MIN_EXTRA_ISIZE.get(bytes);
  }

  /**
   * Returns {@code s_want_extra_isize}: the number of bytes after the first 128 that new inodes use
   * for fixed fields.
   */
  public int wantedExtraSize() {
    return S_WANT_EXTRA_ISIZE.get(bytes);
  }

  /**
   * Returns {@code s_prealloc_dir_blocks}: the number of blocks that a directory may have beyond
   * its size.
   */
  public int preallocatedDirectoryBlocks() {
    return S_PREALLOC_DIR_BLOCKS.get(bytes);
  }

  /** Returns {@code s_creator_os}: 0 for Linux, 1 for Hurd. */
  public long creatorSystem() {
    return S_CREATOR_OS.get(bytes);
  }

  /** Returns the inode of the user quota file, or 0 if there is none. */
  public long userQuotaInode() {
    return S_USR_QUOTA_INUM.get(bytes);
  }

  /** Returns the inode of the group quota file, or 0 if there is none. */
  public long groupQuotaInode() {
    return S_GRP_QUOTA_INUM.get(bytes);
  }

  /** Returns the inode of the project quota file, or 0 if there is none. */
  public long projectQuotaInode() {
    return S_PRJ_QUOTA_INUM.get(bytes);
  }

  /** Returns the block that holds {@code struct mmp_struct}. */
  public long mmpBlock() {
    return S_MMP_BLOCK.get(bytes);
  }

  /** Returns {@code s_desc_size}, which has a meaning only with the feature 64bit. */
  public int rawDescriptorSize() {
    return S_DESC_SIZE.get(bytes);
  }

  public long firstMetaGroup() {
    return S_FIRST_META_BG.get(bytes);
  }

  public int reservedDescriptorBlocks() {
    return S_RESERVED_GDT_BLOCKS.get(bytes);
  }

  /**
   * Returns the two groups that hold backup superblocks with sparse_super2. A number of 0 means
   * that there is no such backup.
   */
  public long[] sparseSuper2Groups() {
    return new long[] {S_BACKUP_BGS_0.get(bytes), S_BACKUP_BGS_1.get(bytes)};
  }

  public int logGroupsPerFlex() {
    return S_LOG_GROUPS_PER_FLEX.get(bytes);
  }

  public byte[] uuidBytes() {
    return S_UUID.get(bytes);
  }

  public UUID uuid() {
    return uuid(S_UUID);
  }

  public UUID journalUuid() {
    return uuid(S_JOURNAL_UUID);
  }

  public long journalInode() {
    return S_JOURNAL_INUM.get(bytes);
  }

  /**
   * Returns {@code s_encoding}: the character encoding of names in case-insensitive directories.
   */
  public int encoding() {
    return S_ENCODING.get(bytes);
  }

  /**
   * Returns {@code EXT4_ENC_STRICT_MODE_FL} of {@code s_encoding_flags}: whether directories with
   * casefold refuse names that are not valid in the encoding.
   */
  public boolean isEncodingStrict() {
    return (S_ENCODING_FLAGS.get(bytes) & STRICT) != 0;
  }

  /** Returns the inode at the head of the orphan list, or 0 if the list is empty. */
  public long lastOrphan() {
    return S_LAST_ORPHAN.get(bytes);
  }

  /** Sets the inode at the head of the orphan list. */
  public void setLastOrphan(long inodeNumber) {
    S_LAST_ORPHAN.set(bytes, inodeNumber);
  }

  /** Returns the inode of the orphan file, or 0 if there is none. */
  public long orphanFileInode() {
    return S_ORPHAN_FILE_INUM.get(bytes);
  }

  /** Clears a bit of {@code s_feature_ro_compat} that describes a state, not a layout. */
  public void clearFeature(RoCompatFeature feature) {
    S_FEATURE_RO_COMPAT.set(bytes, S_FEATURE_RO_COMPAT.get(bytes) & ~feature.bit());
  }

  /** Returns the bytes of the volume name, up to the first NUL. */
  public byte[] label() {
    return text(S_VOLUME_NAME);
  }

  /**
   * Returns the bytes of {@code s_last_mounted}, the path of the last mount point, up to the first
   * NUL.
   */
  public byte[] lastMounted() {
    return text(S_LAST_MOUNTED);
  }

  public int mountCount() {
    return S_MNT_COUNT.get(bytes);
  }

  public long errorCount() {
    return S_ERROR_COUNT.get(bytes);
  }

  public Instant mkfsTime() {
    return time(S_MKFS_TIME, S_MKFS_TIME_HI);
  }

  public Instant mountTime() {
    return time(S_MTIME, S_MTIME_HI);
  }

  public Instant writeTime() {
    return time(S_WTIME, S_WTIME_HI);
  }

  public Instant checkTime() {
    return time(S_LASTCHECK, S_LASTCHECK_HI);
  }

  /** Sets {@code s_wtime}, in seconds since 1970. */
  public void setWriteTime(long seconds) {
    S_WTIME.set(bytes, seconds & 0xFFFFFFFFL);
    if (revision() != 0) {
      S_WTIME_HI.set(bytes, (int) (seconds >>> 32) & 0xFF);
    }
  }

  /** Returns {@code s_def_hash_version}: the code of the hash function for new hash trees. */
  public int defaultHashVersion() {
    return S_DEF_HASH_VERSION.get(bytes);
  }

  /**
   * Returns the hash of names in directories, in the variant that {@code s_flags} specifies. If
   * {@code s_flags} specifies no variant, the signed variant is used, as Linux does on most
   * machines.
   */
  public DirectoryHash directoryHash(DirectoryHash.Version version) {
    boolean unsigned = (S_FLAGS.get(bytes) & FLAG_UNSIGNED_HASH) != 0;
    return new DirectoryHash(version, unsigned, S_HASH_SEED.get(bytes));
  }

  /** Returns whether the bit of {@code s_state} for a clean file system is set. */
  public boolean isStateValid() {
    return (S_STATE.get(bytes) & STATE_VALID) != 0;
  }

  /** Returns whether the bit of {@code s_state} for errors that the kernel found is set. */
  public boolean hasErrors() {
    return (S_STATE.get(bytes) & STATE_ERROR) != 0;
  }

  /** Sets or clears the bit of {@code s_state} for a clean file system. */
  public void setStateValid(boolean valid) {
    int state = S_STATE.get(bytes);
    S_STATE.set(bytes, valid ? state | STATE_VALID : state & ~STATE_VALID);
  }

  /** Returns the CRC state from which all metadata checksums start; see {@link Crc32c}. */
  public int checksumSeed() {
    return features().has(IncompatFeature.CSUM_SEED)
        ? (int) S_CHECKSUM_SEED.get(bytes)
        : Crc32c.from(~0).add(uuidBytes()).value();
  }

  /**
   * Checks the checksum of the superblock, if the file system has metadata_csum.
   *
   * @throws CorruptionException with SUPERBLOCK_CHECKSUM, if the checksum does not match; with
   *     SUPERBLOCK, if the type of the checksum is unknown
   */
  public void verifyChecksum() throws CorruptionException {
    if (!features().has(RoCompatFeature.METADATA_CSUM)) {
      return;
    }
    if (bytes.get(S_CHECKSUM_TYPE.offset()) != CHECKSUM_TYPE_CRC32C) {
      throw new CorruptionException(
          Kind.SUPERBLOCK, "superblock: unknown checksum type " + S_CHECKSUM_TYPE.get(bytes));
    }
    if ((int) S_CHECKSUM.get(bytes) != checksum()) {
      throw new CorruptionException(
          Kind.SUPERBLOCK_CHECKSUM,
          "superblock: checksum does not match (a backup may: see dumpe2fs and --superblock)");
    }
  }

  /**
   * Makes the checksum match again after changes.
   *
   * <p>The structure covers two sectors of 512 bytes. The fields that change are in the first
   * sector, and the checksum is in the second. If a crash left only one of the two sectors written,
   * the file system could not be mounted any more. Therefore the checksum keeps its value if
   * possible. Instead, the last four bytes of {@code s_last_mounted} get the value with which the
   * checksum matches. This is possible if the string in that field ends before these bytes.
   */
  public void seal() {
    if (!features().has(RoCompatFeature.METADATA_CSUM)) {
      return;
    }
    int at = S_LAST_MOUNTED.offset() + S_LAST_MOUNTED.width() - Integer.BYTES;
    if (isNameEndedBefore(at)) {
      int wanted = (int) S_CHECKSUM.get(bytes);
      bytes.putInt(at, Crc32c.patch(bytes, ~0, 0, at, S_CHECKSUM.offset(), wanted));
    } else {
      S_CHECKSUM.set(bytes, checksum() & 0xFFFFFFFFL);
    }
  }

  /**
   * Copies the checksum of the superblock that this copy will overwrite, so that {@link #seal}
   * keeps this checksum. The kernel computes the checksum anew after each change, so two copies
   * that the kernel wrote have different checksums.
   */
  public void keepChecksumOf(SuperblockView overwritten) {
    S_CHECKSUM.set(bytes, S_CHECKSUM.get(overwritten.bytes));
  }

  private boolean isNameEndedBefore(int end) {
    for (int i = S_LAST_MOUNTED.offset(); i < end; i++) {
      if (bytes.get(i) == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sets or clears the feature {@code needs_recovery}, which means that the journal must be
   * replayed.
   */
  public void setNeedsRecovery(boolean needed) {
    long bit = IncompatFeature.RECOVER.bit();
    long word = S_FEATURE_INCOMPAT.get(bytes);
    S_FEATURE_INCOMPAT.set(bytes, needed ? word | bit : word & ~bit);
  }

  /** Records that errors were found: {@code EXT4_ERROR_FS} in {@code s_state}. */
  public void setHasErrors() {
    S_STATE.set(bytes, S_STATE.get(bytes) | STATE_ERROR);
  }

  /**
   * Copies the record of errors from another copy of the superblock. The kernel writes this record
   * without the journal, so the record in a logged copy may be older.
   */
  public void keepErrorsOf(SuperblockView other) {
    int from = S_ERROR_COUNT.offset();
    bytes.put(from, other.bytes, from, S_MOUNT_OPTS.offset() - from);
    if (other.hasErrors()) {
      setHasErrors();
    }
  }

  private int checksum() {
    return Crc32c.from(~0).add(bytes, 0, S_CHECKSUM.offset()).value();
  }

  private UUID uuid(Field.Bytes field) {
    ByteBuffer b = ByteBuffer.wrap(field.get(bytes)).order(ByteOrder.BIG_ENDIAN);
    return new UUID(b.getLong(), b.getLong());
  }

  private byte[] text(Field.Bytes field) {
    byte[] all = field.get(bytes);
    int length = 0;
    while (length < all.length && all[length] != 0) {
      length++;
    }
    return java.util.Arrays.copyOf(all, length);
  }

  private Instant time(Field.U32 low, Field.U8 high) {
    return Instant.ofEpochSecond(low.get(bytes) | (long) high.get(bytes) << 32);
  }

  private static long wide(long low, long high, boolean has64Bit) {
    return has64Bit ? high << 32 | low : low;
  }
}
