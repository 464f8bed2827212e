package dev.ext4j.fs.inspect;

import java.util.Locale;

/**
 * The structure that a block of the file system belongs to.
 *
 * @param kind the kind of structure
 * @param firstGroup the block group of the structure, or the first of several groups; 0 if the kind
 *     does not belong to a group
 * @param lastGroup the last of these groups
 * @param firstInode the inode that owns the block or is stored in it, or the first of several
 *     inodes; 0 if the kind does not belong to an inode
 * @param lastInode the last of these inodes
 * @param logicalBlock the logical block within the file if the kind is a directory or content, else
 *     0
 */
public record BlockOwner(
    Kind kind,
    long firstGroup,
    long lastGroup,
    long firstInode,
    long lastInode,
    long logicalBlock) {

  /** The kinds of structure that a block can belong to. */
  public enum Kind {
    SUPERBLOCK,
    BACKUP_SUPERBLOCK,
    GROUP_DESCRIPTORS,
    BACKUP_DESCRIPTORS,
    /** A block reserved for group descriptors, used when the file system grows. */
    RESERVED_DESCRIPTORS,
    BLOCK_BITMAP,
    INODE_BITMAP,
    INODE_TABLE,
    /** A node of an extent tree, or an indirect block. */
    TREE_NODE,
    DIRECTORY,
    /** A block of extended attributes, which several inodes may share. */
    XATTR,
    /** Content of a file other than a directory. */
    DATA,
    /** A block that is free, or whose owner was not found. */
    UNKNOWN
  }

  /** The owner reported for a block that is free, or whose owner was not found. */
  public static final BlockOwner NOBODY = new BlockOwner(Kind.UNKNOWN, 0, 0, 0, 0, 0);

  /** Returns an owner that is a structure of one block group. */
  public static BlockOwner ofGroup(Kind kind, long group) {
    return new BlockOwner(kind, group, group, 0, 0, 0);
  }

  /** Returns an owner that holds the descriptors of a range of groups. */
  public static BlockOwner ofGroups(Kind kind, long firstGroup, long lastGroup) {
    return new BlockOwner(kind, firstGroup, lastGroup, 0, 0, 0);
  }

  /** Returns an owner that is a block of a group's inode table. */
  public static BlockOwner ofInodeTable(long group, long firstInode, long lastInode) {
    return new BlockOwner(Kind.INODE_TABLE, group, group, firstInode, lastInode, 0);
  }

  /** Returns an owner that is one inode, as a structure of the given kind. */
  public static BlockOwner ofInode(Kind kind, long inodeNumber, long logicalBlock) {
    return new BlockOwner(kind, 0, 0, inodeNumber, inodeNumber, logicalBlock);
  }

  /** Returns whether the block belongs to an inode or stores that inode. */
  public boolean concerns(long inodeNumber) {
    return firstInode <= inodeNumber && inodeNumber <= lastInode;
  }

  /** Returns a description in words, for example "block bitmap of group 3". */
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

  /** Returns the name of the kind for machine-readable output, for example "block_bitmap". */
  public String kindName() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
