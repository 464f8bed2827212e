package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;

/**
 * The values that never change while a file system is open: sizes, counts and seeds. They are read
 * from the superblock and checked against each other once. Therefore all other code may rely on
 * them.
 *
 * @param features the feature words
 * @param blockSizeBits log2 of the block size in bytes
 * @param clusterSizeBits log2 of the cluster size in bytes
 * @param blockCount the size of the file system in blocks
 * @param firstDataBlock the block where group 0 begins
 * @param blocksPerGroup the number of blocks in each group; the last group may have fewer
 * @param clustersPerGroup the number of clusters in each group; the last group may have fewer
 * @param inodeCount the number of inodes in all groups
 * @param inodesPerGroup the number of inodes in every group
 * @param inodeSize the size of an inode in bytes
 * @param firstInode the first inode that is not reserved
 * @param descriptorSize the size of a group descriptor in bytes
 * @param groupCount the number of groups
 * @param firstMetaGroup with meta_bg, the first meta group that has its own descriptor blocks
 * @param reservedDescriptorBlocks the number of blocks after the descriptors that are reserved for
 *     more descriptors, so that the file system can grow
 * @param backupGroup0 with sparse_super2, the group of the first backup superblock, or 0 if there
 *     is none
 * @param backupGroup1 with sparse_super2, the group of the second backup superblock, or 0 if there
 *     is none
 * @param checksumSeed the CRC state from which metadata checksums start; see {@link Crc32c}
 * @param uuid16 the UUID of the file system, which is the first input of each crc16
 */
public record Geometry(
    FeatureSet features,
    int blockSizeBits,
    int clusterSizeBits,
    long blockCount,
    long firstDataBlock,
    long blocksPerGroup,
    long clustersPerGroup,
    long inodeCount,
    long inodesPerGroup,
    int inodeSize,
    long firstInode,
    int descriptorSize,
    int groupCount,
    long firstMetaGroup,
    int reservedDescriptorBlocks,
    long backupGroup0,
    long backupGroup1,
    int checksumSeed,
    Uuid16 uuid16) {

  private static final int SMALLEST_BLOCK_BITS = 10;
  private static final int LARGEST_BLOCK_BITS = 16;

  /** The 16 bytes of a UUID as they are on disk. */
  public static final class Uuid16 {
    private final byte[] bytes;

    Uuid16(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    byte[] bytes() {
      return bytes.clone();
    }
  }

  /**
   * Returns the values of a superblock after checking them.
   *
   * @throws CorruptionException with SUPERBLOCK if a value is impossible; the message names the
   *     first such field
   */
  public static Geometry of(SuperblockView superblock) throws CorruptionException {
    FeatureSet features = superblock.features();
    boolean has64Bit = features.has(IncompatFeature.BIT64);
    boolean bigalloc = features.has(RoCompatFeature.BIGALLOC);
    require(superblock.logBlockSize() <= LARGEST_BLOCK_BITS - SMALLEST_BLOCK_BITS, "block size");
    int blockBits = SMALLEST_BLOCK_BITS + (int) superblock.logBlockSize();
    int blockSize = 1 << blockBits;
    int clusterBits = blockBits;
    if (bigalloc) {
      require(superblock.logClusterSize() <= 29 - SMALLEST_BLOCK_BITS, "cluster size");
      clusterBits = SMALLEST_BLOCK_BITS + (int) superblock.logClusterSize();
      require(clusterBits >= blockBits, "cluster size");
    }
    int ratioBits = clusterBits - blockBits;
    long blocksPerGroup = superblock.blocksPerGroup();
    long clustersPerGroup = bigalloc ? superblock.clustersPerGroup() : blocksPerGroup;
    require(clustersPerGroup >= 8 && clustersPerGroup <= 8L * blockSize, "clusters per group");
    require(blocksPerGroup == clustersPerGroup << ratioBits, "blocks per group");
    long firstDataBlock = superblock.firstDataBlock();
    require(
        firstDataBlock == (blockBits == SMALLEST_BLOCK_BITS && !bigalloc ? 1 : 0)
            || (bigalloc && firstDataBlock <= 1),
        "first data block");
    long blockCount = superblock.blockCount(has64Bit);
    require(blockCount > firstDataBlock && blockCount <= 1L << 48, "block count");
    long groupCount = (blockCount - firstDataBlock + blocksPerGroup - 1) / blocksPerGroup;
    require(groupCount <= Integer.MAX_VALUE, "number of groups");
    long inodesPerGroup = superblock.inodesPerGroup();
    require(inodesPerGroup >= 1 && inodesPerGroup <= 8L * blockSize, "inodes per group");
    require(superblock.inodeCount() == inodesPerGroup * groupCount, "inode count");
    int inodeSize = superblock.inodeSize();
    require(
        inodeSize >= 128 && inodeSize <= blockSize && Integer.bitCount(inodeSize) == 1,
        "inode size");
    int descriptorSize = 32;
    if (has64Bit) {
      descriptorSize = superblock.rawDescriptorSize();
      require(
          descriptorSize >= 64 && descriptorSize <= 1024 && Integer.bitCount(descriptorSize) == 1,
          "descriptor size");
    }
    long[] backups = superblock.sparseSuper2Groups();
    return new Geometry(
        features,
        blockBits,
        clusterBits,
        blockCount,
        firstDataBlock,
        blocksPerGroup,
        clustersPerGroup,
        superblock.inodeCount(),
        inodesPerGroup,
        inodeSize,
        superblock.firstInode(),
        descriptorSize,
        (int) groupCount,
        superblock.firstMetaGroup(),
        superblock.reservedDescriptorBlocks(),
        backups[0],
        backups[1],
        superblock.checksumSeed(),
        new Uuid16(superblock.uuidBytes()));
  }

  /** Returns the block size in bytes. */
  public int blockSize() {
    return 1 << blockSizeBits;
  }

  /** Returns log2 of the number of blocks in a cluster: 0 without bigalloc. */
  public int clusterRatioBits() {
    return clusterSizeBits - blockSizeBits;
  }

  /** Returns the number of blocks in a cluster: 1 without bigalloc. */
  public int clusterRatio() {
    return 1 << clusterRatioBits();
  }

  /** Returns whether metadata has crc32c checksums. */
  public boolean hasMetadataChecksums() {
    return features.has(RoCompatFeature.METADATA_CSUM);
  }

  /**
   * Returns whether group descriptors have checksums. If so, they also have flags for uninitialized
   * bitmaps and inode tables.
   */
  public boolean hasDescriptorChecksums() {
    return hasMetadataChecksums() || features.has(RoCompatFeature.GDT_CSUM);
  }

  /** Returns the group of a block, which must not be below the first data block. */
  public int groupOf(long block) {
    return (int) ((block - firstDataBlock) / blocksPerGroup);
  }

  /** Returns the first block of a group. */
  public long groupStart(int group) {
    return firstDataBlock + group * blocksPerGroup;
  }

  /** Returns the number of blocks in a group. The last group may have fewer than the others. */
  public long blocksIn(int group) {
    return Math.min(blocksPerGroup, blockCount - groupStart(group));
  }

  /**
   * Returns the number of clusters in a group, including a partial cluster at the end of the file
   * system.
   */
  public int clustersIn(int group) {
    return (int) ((blocksIn(group) + clusterRatio() - 1) >>> clusterRatioBits());
  }

  /**
   * Returns whether blocks {@code [first, first + count)} are inside the file system. Returns false
   * for block 0 and for an empty range.
   */
  public boolean containsBlocks(long first, long count) {
    return first >= Math.max(firstDataBlock, 1) && count >= 1 && first <= blockCount - count;
  }

  /** Returns the number of group descriptors in one block. */
  public int descriptorsPerBlock() {
    return blockSize() / descriptorSize;
  }

  /** Returns whether a group begins with a copy of the superblock. */
  public boolean hasSuperblock(int group) {
    if (group == 0) {
      return true;
    }
    if (features.has(CompatFeature.SPARSE_SUPER2)) {
      return group == backupGroup0 || group == backupGroup1;
    }
    return !features.has(RoCompatFeature.SPARSE_SUPER)
        || group == 1
        || isPower(group, 3)
        || isPower(group, 5)
        || isPower(group, 7);
  }

  /**
   * Returns the number of blocks at the start of a group that hold a superblock or group
   * descriptors, or are reserved for group descriptors.
   */
  public long baseMetadataBlocks(int group) {
    long superblock = hasSuperblock(group) ? 1 : 0;
    if (features.has(IncompatFeature.META_BG)) {
      long metaGroup = group / descriptorsPerBlock();
      if (metaGroup >= firstMetaGroup) {
        int position = group % descriptorsPerBlock();
        boolean holdsDescriptors =
            position == 0 || position == 1 || position == descriptorsPerBlock() - 1;
        return superblock + (holdsDescriptors ? 1 : 0);
      }
      return superblock == 0 ? 0 : 1 + firstMetaGroup + reservedDescriptorBlocks;
    }
    return superblock == 0 ? 0 : 1 + descriptorBlocks() + reservedDescriptorBlocks;
  }

  /** Returns the number of blocks that all group descriptors take together. */
  public long descriptorBlocks() {
    return (groupCount + (long) descriptorsPerBlock() - 1) / descriptorsPerBlock();
  }

  private static boolean isPower(int number, int base) {
    long power = base;
    while (power < number) {
      power *= base;
    }
    return power == number;
  }

  private static void require(boolean sane, String field) throws CorruptionException {
    if (!sane) {
      throw new CorruptionException(Kind.SUPERBLOCK, "superblock: impossible " + field);
    }
  }
}
