package dev.ext4j.fs.inode;

import java.util.HashMap;
import java.util.Map;

/** Counts what inodes take that are kept in memory: each, and each block of their table. */
public final class PinnedInodes {
  private final int blockSize;
  private final Map<Long, Integer> inodesOfBlock = new HashMap<>();
  private volatile long bytes;

  /** No inodes yet. */
  public PinnedInodes(int blockSize) {
    this.blockSize = blockSize;
  }

  /** An inode is kept. */
  public synchronized void add(Inode inode) {
    boolean first = inodesOfBlock.merge(inode.tableBlockNumber(), 1, Integer::sum) == 1;
    bytes += Inode.BYTES + (first ? blockSize : 0);
  }

  /** An inode is kept no longer. */
  public synchronized void remove(Inode inode) {
    boolean last =
        inodesOfBlock.computeIfPresent(
                inode.tableBlockNumber(), (block, count) -> count == 1 ? null : count - 1)
            == null;
    bytes -= Inode.BYTES + (last ? blockSize : 0);
  }

  /** Bytes that they take. */
  public long bytes() {
    return bytes;
  }
}
