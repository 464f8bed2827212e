package dev.ext4j.fs.lock;

/**
 * By what right a thread asks where blocks lie: something that it holds keeps structural operations
 * away from what it is told. Whoever holds a lock of the whole file may note in the status tree all
 * that it sees on the way; who holds pages only, or completes a write, may not, because another
 * range of the file may be about to vanish (protocol 2.3, 2.4).
 *
 * @param firstBlock of a {@link Kind#TRANSFER}, the first logical block that it pins
 * @param blockEnd the logical block behind the last one
 */
public record MappingContext(Kind kind, long firstBlock, long blockEnd) {
  /** What is held. */
  public enum Kind {
    /** The inode lock, in any mode. */
    INODE,
    /** The invalidate lock, in any mode. */
    INVALIDATE,
    /** The locks of all pages of the range that is asked for. */
    PAGES,
    /** A transfer that is under way, whose end operations wait for. */
    TRANSFER
  }

  /** The inode lock is held. */
  public static final MappingContext INODE = new MappingContext(Kind.INODE, 0, 0);

  /** The invalidate lock is held. */
  public static final MappingContext INVALIDATE = new MappingContext(Kind.INVALIDATE, 0, 0);

  /** The page locks are held. */
  public static final MappingContext PAGES = new MappingContext(Kind.PAGES, 0, 0);

  /** A transfer of blocks is under way. */
  public static MappingContext transfer(long firstBlock, long blockEnd) {
    return new MappingContext(Kind.TRANSFER, firstBlock, blockEnd);
  }

  /** Whether more may be noted than what was asked for. */
  public boolean allowsBulkCaching() {
    return kind == Kind.INODE || kind == Kind.INVALIDATE;
  }
}
