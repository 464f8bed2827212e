package dev.ext4j.fs.inode;

import dev.ext4j.fs.lock.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a file whose mapping an operation is changing, while it may give the tree lock up
 * in between. There is one such operation at most, since it holds the inode lock exclusively;
 * nobody else may use a mapping of these blocks, have a page of them, or note anything of them in
 * the status tree (protocol 7.2, A2 to A5).
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

  /** {@code [first, end)} is busy until the result is closed. */
  public Busy enter(long first, long end) {
    range = new Range(first, end, Thread.currentThread());
    return () -> range = null;
  }

  /** Whether a block of {@code [first, end)} is being changed by another thread. */
  public boolean isBusy(long first, long end) {
    Range now = range;
    return now != null
        && first < now.end()
        && end > now.first()
        && now.owner() != Thread.currentThread();
  }

  /**
   * The caller is about to use, or to note, a mapping of {@code [first, end)}.
   *
   * @throws ProtocolException if another thread is changing it
   */
  public void requireFree(long first, long end) {
    if (isBusy(first, end)) {
      throw new ProtocolException(
          "blocks " + first + " to " + end + " of inode " + inodeNumber + " are being changed");
    }
  }

  /**
   * The caller holds a lock that operations hold exclusively.
   *
   * @throws ProtocolException if one of another thread is under way nevertheless
   */
  public void requireNone() {
    requireFree(0, Long.MAX_VALUE);
  }
}
