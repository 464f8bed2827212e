package dev.ext4j.fs.inode;

import dev.ext4j.fs.lock.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a file whose mapping an operation is changing. The operation may release the tree
 * lock and take it again. There is at most one such operation, because it holds the inode lock
 * exclusively. During the operation no other thread may use a mapping of these blocks or enter them
 * into the status tree. No page may hold one of these blocks (checks A2 to A5 in docs/PROTOCOL.md).
 */
public final class BusyRanges {
  private final long inodeNumber;
  private volatile @Nullable Range range;

  BusyRanges(long inodeNumber) {
    this.inodeNumber = inodeNumber;
  }

  private record Range(long first, long end, Thread owner) {}

  /** The time in which a range is busy. */
  @FunctionalInterface
  public interface Busy extends AutoCloseable {
    @Override
    void close();
  }

  /** Marks {@code [first, end)} as busy until the result is closed. */
  public Busy enter(long first, long end) {
    range = new Range(first, end, Thread.currentThread());
    return () -> range = null;
  }

  /** Returns whether another thread is changing the mapping of a block of {@code [first, end)}. */
  public boolean isBusy(long first, long end) {
    Range now = range;
    return now != null
        && first < now.end()
        && end > now.first()
        && now.owner() != Thread.currentThread();
  }

  /**
   * Checks that the caller may use a mapping of {@code [first, end)} or enter it into the status
   * tree.
   *
   * @throws ProtocolException if another thread is changing the mapping
   */
  public void requireFree(long first, long end) {
    if (isBusy(first, end)) {
      throw new ProtocolException(
          "blocks " + first + " to " + end + " of inode " + inodeNumber + " are being changed");
    }
  }

  /**
   * Checks that no operation of another thread is changing the mapping of any block. The caller
   * holds a lock that an operation holds exclusively while it changes the mapping.
   *
   * @throws ProtocolException if an operation is changing a mapping
   */
  public void requireNone() {
    requireFree(0, Long.MAX_VALUE);
  }
}
