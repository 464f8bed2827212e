package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import java.util.HashMap;
import java.util.Map;

/**
 * The inodes with a special meaning: those below the first ordinary inode, and those that the
 * superblock refers to.
 */
public final class ReservedInodes {
  /** The inode that lists bad blocks ({@code EXT4_BAD_INO}). */
  public static final long BAD_BLOCKS = 1;

  /** The inode of the root directory ({@code EXT4_ROOT_INO}). */
  public static final long ROOT = 2;

  /** The inode of the quota file for users ({@code EXT4_USR_QUOTA_INO}). */
  public static final long USER_QUOTA = 3;

  /** The inode of the quota file for groups ({@code EXT4_GRP_QUOTA_INO}). */
  public static final long GROUP_QUOTA = 4;

  static final long BOOT_LOADER = 5;

  /** The inode that holds the blocks reserved for group descriptors ({@code EXT4_RESIZE_INO}). */
  public static final long RESIZE = 7;

  static final long JOURNAL = 8;

  private static final int TYPE_MASK = 0xF000;
  private static final int REGULAR = 0x8000;

  private enum Role {
    /** In use by a feature that is on. */
    FILE,
    /** Belongs to a feature that is off. */
    IDLE,
    /** Reserved for any other purpose. */
    OTHER
  }

  private final ProblemLog log;
  private final long firstInode;
  private long lastNamed;
  private final Map<Long, Role> named = new HashMap<>();

  /**
   * Determines the reserved inodes of a file system from its superblock and features.
   *
   * @param log the log for the problems that {@link #check} finds
   */
  public ReservedInodes(CheckedImage image, ProblemLog log) {
    this.log = log;
    this.firstInode = image.geometry().firstInode();
    SuperblockView superblock = image.superblock();
    FeatureSet features = image.geometry().features();
    for (long number = 1; number < firstInode; number++) {
      if (number != ROOT) {
        named.put(number, Role.OTHER);
      }
    }
    boolean quota = features.has(RoCompatFeature.QUOTA);
    named.put(USER_QUOTA, Role.IDLE);
    named.put(GROUP_QUOTA, Role.IDLE);
    named.put(JOURNAL, Role.IDLE);
    name(superblock.journalInode()); // e2fsck checks it even if the feature is off
    if (quota) {
      name(superblock.userQuotaInode());
      name(superblock.groupQuotaInode());
      name(superblock.projectQuotaInode());
    }
    if (features.has(CompatFeature.ORPHAN_FILE)) {
      name(superblock.orphanFileInode());
    }
    if (features.has(CompatFeature.RESIZE_INODE)) {
      name(RESIZE);
    }
  }

  private void name(long number) {
    if (number != 0 && number != ROOT) {
      named.put(number, Role.FILE);
      lastNamed = Math.max(lastNamed, number);
    }
  }

  /**
   * Returns whether an inode belongs to the file system itself, so that no directory has a name for
   * it.
   */
  public boolean isHidden(long number) {
    return number < firstInode ? number != ROOT : number <= lastNamed && named.containsKey(number);
  }

  /** Returns whether an inode belongs to a feature that is off. */
  public boolean isIdle(long number) {
    return named.get(number) == Role.IDLE;
  }

  /**
   * Checks the mode of a hidden inode, or that the inode is empty if its feature is off.
   *
   * @return whether the inode is in use
   */
  public boolean check(InodeRecord inode) {
    long number = inode.number();
    int type = inode.mode() & TYPE_MASK;
    switch (named.getOrDefault(number, Role.OTHER)) {
      case FILE -> {
        if (type != REGULAR) {
          log.add(Problem.of(ProblemCode.RESERVED_MODE, number).found(inode.mode()));
        }
        return true;
      }
      case IDLE -> {
        if (inode.linkCount() != 0 || inode.blocksLow() != 0 || inode.blockWord(0) != 0) {
          log.add(Problem.of(ProblemCode.RESERVED_IN_USE, number));
        }
        return inode.linkCount() != 0;
      }
      default -> {
        // The boot loader inode and the resize inode may be files. All others must be empty.
        boolean mayBeFile = number == BOOT_LOADER || number == RESIZE;
        if (mayBeFile ? type != 0 && type != REGULAR : inode.mode() != 0) {
          log.add(Problem.of(ProblemCode.RESERVED_MODE, number).found(inode.mode()));
        }
        return inode.linkCount() != 0 || inode.mode() != 0 || hasBlocks(inode);
      }
    }
  }

  private static boolean hasBlocks(InodeRecord inode) {
    return inode.blocksLow() != 0;
  }
}
