package dev.ext4j.fs.error;

/**
 * The image contradicts itself or the format. Nothing has been written because of it; {@code
 * e2fsck} can say more.
 */
public final class CorruptionException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** Which structure is wrong. Callers and tests match this, never the text. */
  public enum Kind {
    /** No ext2, ext3 or ext4 superblock: too short, or without its magic number. */
    NOT_EXT4,
    SUPERBLOCK,
    SUPERBLOCK_CHECKSUM,
    GROUP_DESCRIPTOR,
    GROUP_DESCRIPTOR_CHECKSUM,
    BLOCK_BITMAP,
    BLOCK_BITMAP_CHECKSUM,
    INODE,
    INODE_CHECKSUM,
    INODE_BITMAP,
    INODE_BITMAP_CHECKSUM,
    EXTENT_NODE,
    EXTENT_NODE_CHECKSUM,
    EXTENT_ORDER,
    EXTENT_DEPTH,
    INDIRECT_BLOCK,
    BLOCK_OUT_OF_RANGE,
    BLOCK_IS_METADATA,
    BLOCK_ALREADY_FREE,
    DIRECTORY,
    DIRECTORY_CHECKSUM,
    XATTR,
    XATTR_CHECKSUM,
    INLINE_DATA,
    JOURNAL,
    /** The list of orphan inodes, the orphan file, or an inode that one of them names. */
    ORPHAN
  }

  private final Kind kind;

  /** A contradiction of a kind, with the facts in the text. */
  public CorruptionException(Kind kind, String detail) {
    super(detail);
    this.kind = kind;
  }

  /** Which structure is wrong. */
  public Kind kind() {
    return kind;
  }

  @Override
  public Errno errno() {
    return Errno.EUCLEAN;
  }
}
