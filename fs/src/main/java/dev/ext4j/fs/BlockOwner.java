package dev.ext4j.fs;

import java.util.Locale;

/**
 * What a block of the file system is used for.
 *
 * @param kind the structure
 * @param firstGroup the group it belongs to, or the first of several; 0 where no group counts
 * @param lastGroup the last of them
 * @param firstInode the inode it belongs to, or the first of several; 0 where no inode counts
 * @param lastInode the last of them
 * @param logicalBlock its place in the file, for directories and content; else 0
 */
public record BlockOwner(
    Kind kind,
    long firstGroup,
    long lastGroup,
    long firstInode,
    long lastInode,
    long logicalBlock) {

  /** The structures that fill a block. */
  public enum Kind {
    SUPERBLOCK,
    BACKUP_SUPERBLOCK,
    GROUP_DESCRIPTORS,
    BACKUP_DESCRIPTORS,
    /** Kept for descriptors of a file system that grows. */
    RESERVED_DESCRIPTORS,
    BLOCK_BITMAP,
    INODE_BITMAP,
    INODE_TABLE,
    /** A node of an extent tree, or an indirect block. */
    TREE_NODE,
    DIRECTORY,
    /** A block of extended attributes, which several inodes may share. */
    XATTR,
    /** Content of a file that is no directory. */
    DATA,
    /** Nobody's: free, or not to be found. */
    UNKNOWN
  }

  /** A block that nobody owns. */
  public static final BlockOwner NOBODY = new BlockOwner(Kind.UNKNOWN, 0, 0, 0, 0, 0);

  /** A block of one group. */
  public static BlockOwner ofGroup(Kind kind, long group) {
    return new BlockOwner(kind, group, group, 0, 0, 0);
  }

  /** A block of descriptors. */
  public static BlockOwner ofGroups(Kind kind, long firstGroup, long lastGroup) {
    return new BlockOwner(kind, firstGroup, lastGroup, 0, 0, 0);
  }

  /** A block of a group's inode table. */
  public static BlockOwner ofInodeTable(long group, long firstInode, long lastInode) {
    return new BlockOwner(Kind.INODE_TABLE, group, group, firstInode, lastInode, 0);
  }

  /** A block of one inode. */
  public static BlockOwner ofInode(Kind kind, long inodeNumber, long logicalBlock) {
    return new BlockOwner(kind, 0, 0, inodeNumber, inodeNumber, logicalBlock);
  }

  /** Whether it belongs to an inode or holds it. */
  public boolean concerns(long inodeNumber) {
    return firstInode <= inodeNumber && inodeNumber <= lastInode;
  }

  /** The same in words, for example "block bitmap of group 3". */
  public String describe() {
    return switch (kind) {
      case SUPERBLOCK -> "superblock";
      case BACKUP_SUPERBLOCK -> "backup superblock of group " + firstGroup;
      case GROUP_DESCRIPTORS -> "descriptors of groups " + firstGroup + ".." + lastGroup;
      case BACKUP_DESCRIPTORS -> "backup descriptors of groups " + firstGroup + ".." + lastGroup;
      case RESERVED_DESCRIPTORS -> "reserved for descriptors, in group " + firstGroup;
      case BLOCK_BITMAP -> "block bitmap of group " + firstGroup;
      case INODE_BITMAP -> "inode bitmap of group " + firstGroup;
      case INODE_TABLE ->
          "inode table of group " + firstGroup + ", inodes " + firstInode + ".." + lastInode;
      case TREE_NODE -> "tree node of inode " + firstInode;
      case DIRECTORY -> "directory of inode " + firstInode + ", block " + logicalBlock;
      case XATTR -> "attributes of inode " + firstInode;
      case DATA -> "content of inode " + firstInode + ", block " + logicalBlock;
      case UNKNOWN -> "unknown";
    };
  }

  /** The kind's name as programs read it, for example "block_bitmap". */
  public String kindName() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
