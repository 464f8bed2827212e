package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.SuperblockFields.*;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.UUID;

/** A view of {@code struct ext4_super_block}, 1024 bytes. */
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
   * Returns the position of a backup superblock on the device, in bytes. If it does not fit in a
   * {@code long}, returns {@link Long#MAX_VALUE}, which is beyond the end of every device.
   */
  public static long byteOffset(long block, int blockSize) {
    return block > Long.MAX_VALUE / blockSize ? Long.MAX_VALUE : block * blockSize;
  }

  /**
   * Creates a view of 1024 bytes. Writes go through to them.
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

  /** Returns a copy of the 1024 bytes, in little endian. */
  public ByteBuffer copy() {
    ByteBuffer copy = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.get(0, copy.array());
    return copy;
  }

  /**
   * Returns the feature words. They are used in revision 0 as well, where they should be zeros.
   * Linux warns about them there and still obeys them. A writer that ignored them would damage a
   * file system with a journal or with checksums.
   */
  public FeatureSet features() {
    return new FeatureSet(
        S_FEATURE_COMPAT.get(bytes), S_FEATURE_INCOMPAT.get(bytes), S_FEATURE_RO_COMPAT.get(bytes));
  }

  public long revision() {
    return S_REV_LEVEL.get(bytes);
  }

  /** Returns {@code s_log_block_size}: the block size is 1024 shifted left by it. */
  public long logBlockSize() {
    return S_LOG_BLOCK_SIZE.get(bytes);
  }

  /** Returns {@code s_log_cluster_size}: the cluster size is 1024 shifted left by it. */
  public long logClusterSize() {
    return S_LOG_CLUSTER_SIZE.get(bytes);
  }

  public long blockCount(boolean has64Bit) {
    return wide(S_BLOCKS_COUNT_LO.get(bytes), S_BLOCKS_COUNT_HI.get(bytes), has64Bit);
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

  /** Returns the size of an inode in bytes; 128 in revision 0. */
  public int inodeSize() {
    return revision() == 0 ? 128 : S_INODE_SIZE.get(bytes);
  }

  /** Returns the first inode that is not reserved; 11 in revision 0. */
  public long firstInode() {
    return revision() == 0 ? FIRST_INODE : S_FIRST_INO.get(bytes);
  }

  /** Returns {@code s_min_extra_isize}: the bytes after the first 128 that all inodes have. */
  public int minimalExtraSize() {
    return S_MIN_EXTRA_ISIZE.get(bytes);
  }

  /** Returns {@code s_want_extra_isize}: the bytes after the first 128 that new inodes get. */
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

  /** Returns the inode of the user quota file, 0 for none. */
  public long userQuotaInode() {
    return S_USR_QUOTA_INUM.get(bytes);
  }

  /** Returns the inode of the group quota file, 0 for none. */
  public long groupQuotaInode() {
    return S_GRP_QUOTA_INUM.get(bytes);
  }

  /** Returns the inode of the project quota file, 0 for none. */
  public long projectQuotaInode() {
    return S_PRJ_QUOTA_INUM.get(bytes);
  }

  /** Returns the block of {@code struct mmp_struct}. */
  public long mmpBlock() {
    return S_MMP_BLOCK.get(bytes);
  }

  /** Returns {@code s_desc_size}, which has a meaning with 64bit only. */
  public int rawDescriptorSize() {
    return S_DESC_SIZE.get(bytes);
  }

  public long firstMetaGroup() {
    return S_FIRST_META_BG.get(bytes);
  }

  public int reservedDescriptorBlocks() {
    return S_RESERVED_GDT_BLOCKS.get(bytes);
  }

  /** Returns the two groups that hold backups with sparse_super2; 0 for none. */
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
   * Returns whether directories with casefold refuse names that are not in the encoding: {@code
   * EXT4_ENC_STRICT_MODE_FL} of {@code s_encoding_flags}.
   */
  public boolean isEncodingStrict() {
    return (S_ENCODING_FLAGS.get(bytes) & STRICT) != 0;
  }

  /** Returns the head of the orphan list, 0 for none. */
  public long lastOrphan() {
    return S_LAST_ORPHAN.get(bytes);
  }

  /** Sets the head of the orphan list. */
  public void setLastOrphan(long inodeNumber) {
    S_LAST_ORPHAN.set(bytes, inodeNumber);
  }

  /** Returns the inode of the orphan file, 0 for none. */
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

  /** Returns the bytes of the last mount point, up to the first NUL. */
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
   * Returns the hash of names in directories, in the variant that {@code s_flags} specifies. If it
   * specifies none, that is the signed one, which Linux uses on most machines.
   */
  public DirectoryHash directoryHash(DirectoryHash.Version version) {
    boolean unsigned = (S_FLAGS.get(bytes) & FLAG_UNSIGNED_HASH) != 0;
    return new DirectoryHash(version, unsigned, S_HASH_SEED.get(bytes));
  }

  /** Returns whether {@code s_state} says that the file system is clean. */
  public boolean isStateValid() {
    return (S_STATE.get(bytes) & STATE_VALID) != 0;
  }

  /** Returns whether {@code s_state} says that the kernel found errors. */
  public boolean hasErrors() {
    return (S_STATE.get(bytes) & STATE_ERROR) != 0;
  }

  /** Sets or clears the bit of {@code s_state} that says that the file system is clean. */
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
   * Checks the checksum, if the file system has one.
   *
   * @throws CorruptionException with SUPERBLOCK_CHECKSUM, if it does not match; with SUPERBLOCK, if
   *     its type is unknown
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
   * <p>The structure covers two sectors of 512 bytes. The checksum is in the second one, the fields
   * that change are in the first. If a write were torn between them, the file system could not be
   * mounted any more. So the checksum keeps its value if possible. Instead, the last four bytes of
   * {@code s_last_mounted}, after the end of the string in it, get the value that makes the
   * checksum match.
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
   * Takes over the checksum of the copy that this one will overwrite, so that {@link #seal} keeps
   * it. Two copies that the kernel sealed have different checksums.
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

  /** Sets or clears {@code needs_recovery}: whether the journal must be replayed. */
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
   * Takes over the record of errors from another copy of the superblock. The kernel writes this
   * record without the journal, so a copy in the log may be older.
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
