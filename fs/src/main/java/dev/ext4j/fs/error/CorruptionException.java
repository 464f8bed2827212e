package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/**
 * A contradiction within the image, or between the image and the format. Nothing was written on the
 * basis of the damaged structure. {@code e2fsck} reports more details.
 */
public final class CorruptionException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** The damaged structure. Callers and tests compare this value, never the text of the message. */
  public enum Kind {
    /**
     * The image has no ext2, ext3 or ext4 superblock: it is too short, or its magic number is
     * missing.
     */
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
    /** The orphan list, the orphan file, or an inode that one of them refers to. */
    ORPHAN
  }

  private final Kind kind;

  /**
   * Creates an exception for a damaged structure.
   *
   * @param detail the fault and its location, for the message
   */
  public CorruptionException(Kind kind, String detail) {
    super(detail);
    this.kind = kind;
  }

  /** Returns the damaged structure. */
  public Kind kind() {
    return kind;
  }

  @Override
  public Errno errno() {
    return Errno.EUCLEAN;
  }
}
