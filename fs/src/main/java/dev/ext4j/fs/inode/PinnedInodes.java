package dev.ext4j.fs.inode;

import java.util.HashMap;
import java.util.Map;

/**
 * A count of the memory that a set of inodes takes. It includes each inode, and each block of the
 * inode table that contains one of these inodes.
 */
public final class PinnedInodes {
  private final int blockSize;
  private final Map<Long, Integer> inodesOfBlock = new HashMap<>();
  private volatile long bytes;

  /** Creates a count for an empty set. */
  public PinnedInodes(int blockSize) {
    this.blockSize = blockSize;
  }

  /** Adds an inode that is now kept in memory. */
  public synchronized void add(Inode inode) {
    boolean first = inodesOfBlock.merge(inode.tableBlockNumber(), 1, Integer::sum) == 1;
    bytes += Inode.BYTES + (first ? blockSize : 0);
  }

  /** Removes an inode that is no longer kept in memory. */
  public synchronized void remove(Inode inode) {
    boolean last =
        inodesOfBlock.computeIfPresent(
                inode.tableBlockNumber(), (block, count) -> count == 1 ? null : count - 1)
            == null;
    bytes -= Inode.BYTES + (last ? blockSize : 0);
  }

  /** Returns the bytes that the inodes and their blocks take. */
  public long bytes() {
    return bytes;
  }
}
