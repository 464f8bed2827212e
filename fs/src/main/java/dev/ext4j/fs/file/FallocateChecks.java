package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;

/**
 * The checks that fallocate(2) makes before it changes anything, in the same order and with the
 * same errno values.
 */
final class FallocateChecks {
  private FallocateChecks() {}

  /**
   * Checks that the kernel would allow the operation on a range.
   *
   * @throws FileOperationException with EINVAL if the range is empty or negative; with EPERM if the
   *     inode must not be changed; with ENOENT if it is deleted; with ESPIPE, EISDIR or ENODEV if
   *     it is not a regular file; with EFBIG if the range ends beyond the largest size
   * @throws UnsupportedFeatureException if the file is encrypted
   */
  static void check(Inode inode, Volume volume, long byteOffset, long byteCount)
      throws FileOperationException, UnsupportedFeatureException {
    if (byteOffset < 0 || byteCount <= 0) {
      throw new FileOperationException(
          Errno.EINVAL, "the range " + byteOffset + " + " + byteCount + " is empty or negative");
    }
    checkOwner(inode, volume);
    switch (inode.type()) {
      case REGULAR -> {}
      case FIFO -> throw new FileOperationException(Errno.ESPIPE, "is a FIFO");
      case DIRECTORY -> throw new FileOperationException(Errno.EISDIR, "is a directory");
      default -> throw new FileOperationException(Errno.ENODEV, "is not a regular file");
    }
    long maxSize = maxFileSize(volume.geometry());
    if (byteCount > maxSize - byteOffset) {
      throw tooBig(maxSize);
    }
    checkKey(inode);
  }

  private static FileOperationException tooBig(long maxSize) {
    return new FileOperationException(
        Errno.EFBIG, "the range ends behind " + maxSize + ", the largest size of a file");
  }

  /**
   * Checks that a range consists of whole clusters, as collapse and insert require.
   *
   * @throws FileOperationException with EINVAL if it does not
   */
  static void checkClusters(Geometry geometry, long byteOffset, long byteCount)
      throws FileOperationException {
    long clusterSize = (long) geometry.blockSize() << geometry.clusterRatioBits();
    if (((byteOffset | byteCount) & clusterSize - 1) != 0) {
      throw new FileOperationException(
          Errno.EINVAL, "the range is not made of whole clusters of " + clusterSize + " bytes");
    }
  }

  /**
   * Checks that the file may have a size of {@code byteOffset + byteCount} bytes.
   *
   * @throws FileOperationException with EFBIG if it may not
   */
  static void checkSize(
      Inode inode, Geometry geometry, BlockMapper mapper, long byteOffset, long byteCount)
      throws FileOperationException {
    boolean byBlockMap = !inode.has(FileFlag.INLINE_DATA) && !mapper.usesExtents();
    long maxSize = byBlockMap ? maxMappedSize(geometry, mapper) : maxFileSize(geometry);
    if (byteOffset > maxSize || byteCount > maxSize - byteOffset) {
      throw tooBig(maxSize);
    }
  }

  /** Makes the checks of ftruncate(2) and pwrite(2). */
  static void checkContent(Inode inode, Volume volume)
      throws FileOperationException, UnsupportedFeatureException {
    checkOwner(inode, volume);
    if (inode.type() == FileType.DIRECTORY) {
      throw new FileOperationException(Errno.EISDIR, "is a directory");
    }
    if (inode.type() != FileType.REGULAR) {
      throw new FileOperationException(Errno.EINVAL, "is not a regular file");
    }
    checkKey(inode);
  }

  private static void checkKey(Inode inode) throws UnsupportedFeatureException {
    if (inode.has(FileFlag.ENCRYPT)) {
      throw new UnsupportedFeatureException(
          "encrypt", "the file is encrypted and cannot be changed without its key");
    }
  }

  /**
   * Checks that no truncation of the file is unfinished. If such a file grew, content that should
   * have been freed would become visible.
   *
   * @throws FileOperationException with EIO if a truncation is unfinished
   */
  static void requireWhole(Inode inode) throws FileOperationException {
    if (inode.isCutUnfinished()) {
      throw new FileOperationException(
          Errno.EIO, "a truncation of the file has failed: truncate it to its size first");
    }
  }

  /** Makes the checks that are the same for every change of a file. */
  private static void checkOwner(Inode inode, Volume volume) throws FileOperationException {
    if (inode.has(FileFlag.APPEND) || inode.has(FileFlag.IMMUTABLE)) {
      throw new FileOperationException(Errno.EPERM, "is immutable or append-only");
    }
    if (inode.has(FileFlag.VERITY)) {
      throw new FileOperationException(Errno.EPERM, "is protected by fs-verity");
    }
    if (isOfFileSystem(inode.inodeNumber(), volume) || inode.has(FileFlag.EA_INODE)) {
      throw new FileOperationException(Errno.EPERM, "belongs to the file system itself");
    }
    if (inode.fields().linkCount() == 0) {
      throw new FileOperationException(Errno.ENOENT, "is deleted");
    }
  }

  /**
   * Returns whether an inode belongs to the file system itself. Such an inode is reserved, or the
   * superblock refers to it. The superblock refers to the orphan file and to a journal that was
   * added later, which may have any inode number.
   */
  private static boolean isOfFileSystem(long number, Volume volume) {
    Geometry geometry = volume.geometry();
    SuperblockView superblock = volume.superblock().view();
    boolean reserved = number < geometry.firstInode() && number != InodeTable.ROOT;
    boolean log =
        geometry.features().has(CompatFeature.HAS_JOURNAL) && number == superblock.journalInode();
    boolean orphanFile =
        geometry.features().has(CompatFeature.ORPHAN_FILE)
            && number == superblock.orphanFileInode();
    return reserved || log || orphanFile;
  }

  /**
   * Returns the largest size in bytes of a file with a block map. The size is limited by the number
   * of blocks that the map can address. Without huge_file it is also limited by the number of
   * blocks that {@code i_blocks} can count. That count includes the indirect blocks.
   */
  private static long maxMappedSize(Geometry geometry, BlockMapper mapper) {
    int bits = geometry.blockSizeBits();
    long blocks = mapper.indirect().maxBlocks();
    if (!geometry.features().has(RoCompatFeature.HUGE_FILE)) {
      long pointers = 1L << (bits - 2);
      long counted = 0xFFFFFFFFL >>> (bits - 9);
      long nodes = counted / pointers + counted / (pointers * pointers) + 3;
      blocks = Math.min(blocks, counted - nodes);
    }
    return blocks << bits;
  }

  /** Returns the largest size in bytes that the kernel allows for a file of this file system. */
  private static long maxFileSize(Geometry geometry) {
    int bits = geometry.blockSizeBits();
    long byBlocks = ExtentTree.MAX_BLOCKS << bits;
    boolean huge = geometry.features().has(RoCompatFeature.HUGE_FILE);
    // Without huge_file, i_blocks counts at most 2^32 - 1 sectors.
    long byCounter = huge ? Long.MAX_VALUE : 0xFFFFFFFFL >>> (bits - 9) << bits;
    return Math.min(byBlocks, byCounter);
  }
}
