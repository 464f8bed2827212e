package dev.ext4j.fs.fsck.check;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The search for a superblock that can be used: the requested one, the primary one, or a backup.
 */
public final class SuperblockSearch {
  private static final int SMALLEST_BLOCK = 1024;
  private static final int LARGEST_BLOCK = 65536;
  private static final long MOST_INODES = 0xFFFFFFFFL;

  /** Groups that hold a backup, if they exist, unless the feature sparse_super2 is on. */
  private static final int[] BACKUP_GROUPS = {1, 3, 5, 7, 9};

  private final BlockDevice device;
  private final ProblemLog log;

  /**
   * Creates a search on a device.
   *
   * @param log the log for problems that do not prevent a check
   */
  public SuperblockSearch(BlockDevice device, ProblemLog log) {
    this.device = device;
    this.log = log;
  }

  /**
   * Finds a superblock that can be used, and returns the file system that it describes.
   *
   * @throws CorruptionException with NOT_EXT4 or SUPERBLOCK, if no superblock can be used
   * @throws UnsupportedFeatureException if the file system has a feature that this version does not
   *     know
   */
  public CheckedImage find(FsckOptions options) throws IOException {
    if (options.backupSuperblock() != 0) {
      return asked(options);
    }
    try {
      return at(SuperblockView.PRIMARY_BYTE_OFFSET, 0);
    } catch (CorruptionException e) {
      CheckedImage backup = backup();
      if (backup == null) {
        throw e;
      }
      log.add(
          Problem.of(ProblemCode.SUPERBLOCK_UNUSABLE)
              .block(backup.superblockBlock())
              .name(String.valueOf(e.getMessage())));
      return backup;
    }
  }

  private CheckedImage asked(FsckOptions options) throws IOException {
    int size = options.backupBlockSize() == 0 ? SMALLEST_BLOCK : options.backupBlockSize();
    while (true) {
      try {
        return at(SuperblockView.byteOffset(options.backupSuperblock(), size), size);
      } catch (CorruptionException e) {
        if (options.backupBlockSize() != 0 || size == LARGEST_BLOCK) {
          throw e;
        }
        size *= 2;
      }
    }
  }

  private @org.jspecify.annotations.Nullable CheckedImage backup() throws IOException {
    for (int group : BACKUP_GROUPS) {
      for (int size = SMALLEST_BLOCK; size <= LARGEST_BLOCK; size *= 2) {
        long block = group * 8L * size + (size == SMALLEST_BLOCK ? 1 : 0);
        CheckedImage found = search(block * size, size);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private @org.jspecify.annotations.Nullable CheckedImage search(long byteOffset, int blockSize)
      throws IOException {
    try {
      return at(byteOffset, blockSize);
    } catch (CorruptionException e) {
      return null; // no superblock there
    }
  }

  /**
   * Reads a superblock.
   *
   * @param blockSize the block size that the superblock must have, or 0 if any block size is
   *     allowed
   */
  private CheckedImage at(long byteOffset, int blockSize) throws IOException {
    if (byteOffset < 0 || device.size() - SuperblockView.SIZE < byteOffset) {
      throw new CorruptionException(
          Kind.NOT_EXT4,
          "no ext2, ext3 or ext4 file system here (only " + device.size() + " bytes)");
    }
    ByteBuffer bytes = ByteBuffer.allocate(SuperblockView.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(byteOffset, bytes);
    SuperblockView view = SuperblockView.of(bytes.flip());
    if (view.revision() > 1) {
      throw new UnsupportedFeatureException(
          "revision", "revision " + view.revision() + " of the format cannot be read");
    }
    view.features().checkReadable();
    view.verifyChecksum();
    view.features().checkCheckable();
    reconcile(view);
    Geometry geometry = Geometry.of(view);
    if (blockSize != 0 && geometry.blockSize() != blockSize) {
      throw new CorruptionException(Kind.SUPERBLOCK, "superblock: a block size not asked for");
    }
    long block = byteOffset >>> geometry.blockSizeBits();
    return new CheckedImage(device, geometry, view, block);
  }

  /**
   * Corrects the number of blocks or the number of inodes if the two contradict each other. The
   * number of blocks is wrong if the device has fewer, and the number of inodes fits the blocks of
   * the device. Otherwise the number of inodes is wrong. Without this choice one damaged field
   * would make the check of a small image as long as that of the largest file system.
   */
  private void reconcile(SuperblockView view) {
    boolean has64Bit = view.features().has(IncompatFeature.BIT64);
    long blockCount = view.blockCount(has64Bit);
    long expected = inodes(view, blockCount);
    if (expected <= 0 || expected > MOST_INODES || expected == view.inodeCount()) {
      return;
    }
    long deviceBlocks = (device.size() / SMALLEST_BLOCK) >>> Math.min(view.logBlockSize(), 63);
    if (blockCount > deviceBlocks && inodes(view, deviceBlocks) == view.inodeCount()) {
      log.add(Problem.of(ProblemCode.SIZE_EXCEEDS_DEVICE).found(blockCount).expected(deviceBlocks));
      view.setBlockCount(deviceBlocks, has64Bit);
    } else {
      log.add(
          Problem.of(ProblemCode.INODE_COUNT_WRONG).found(view.inodeCount()).expected(expected));
      view.setInodeCount(expected);
    }
  }

  /**
   * Returns the number of inodes that follows from a number of blocks and the other fields, or 0 if
   * these are impossible.
   */
  private static long inodes(SuperblockView view, long blocks) {
    boolean bigalloc = view.features().has(RoCompatFeature.BIGALLOC);
    long perGroup = view.blocksPerGroup();
    long first = view.firstDataBlock();
    if (perGroup == 0 || blocks <= first || (bigalloc && view.clustersPerGroup() == 0)) {
      return 0;
    }
    long groups = (blocks - first + perGroup - 1) / perGroup;
    return groups > Integer.MAX_VALUE ? 0 : groups * view.inodesPerGroup();
  }
}
