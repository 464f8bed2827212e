package dev.ext4j.fs.lock;

/**
 * The right of a thread to request the mapping of blocks. It is a lock or a transfer that prevents
 * structural operations from changing this mapping. A thread that holds a lock of the whole file
 * may enter all runs that it finds into the status tree. A thread that holds only page locks, or
 * that completes a write, may enter only the blocks that it requested. The reason is that an
 * operation may be removing another range of the file at the same time.
 *
 * @param firstBlock the first logical block that a {@link Kind#TRANSFER} protects, else 0
 * @param blockEnd the logical block after the last one that a {@link Kind#TRANSFER} protects, else
 *     0
 */
public record MappingContext(Kind kind, long firstBlock, long blockEnd) {
  /** The lock or the transfer that protects the mapping. */
  public enum Kind {
    /** The inode lock, in any mode. */
    INODE,
    /** The invalidate lock, in any mode. */
    INVALIDATE,
    /** The locks of all pages of the requested range. */
    PAGES,
    /** A transfer that is under way. Structural operations wait for its end. */
    TRANSFER
  }

  /** The context of a thread that holds the inode lock. */
  public static final MappingContext INODE = new MappingContext(Kind.INODE, 0, 0);

  /** The context of a thread that holds the invalidate lock. */
  public static final MappingContext INVALIDATE = new MappingContext(Kind.INVALIDATE, 0, 0);

  /** The context of a thread that holds the page locks. */
  public static final MappingContext PAGES = new MappingContext(Kind.PAGES, 0, 0);

  /** Returns the context of a transfer of the blocks {@code [firstBlock, blockEnd)}. */
  public static MappingContext transfer(long firstBlock, long blockEnd) {
    return new MappingContext(Kind.TRANSFER, firstBlock, blockEnd);
  }

  /** Returns whether the thread may enter more blocks into the status tree than it requested. */
  public boolean allowsBulkCaching() {
    return kind == Kind.INODE || kind == Kind.INVALIDATE;
  }
}
