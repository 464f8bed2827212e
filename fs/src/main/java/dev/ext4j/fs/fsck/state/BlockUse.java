package dev.ext4j.fs.fsck.state;

/**
 * The counts of the mapping of one inode, collected during a walk: the number of blocks and the
 * last logical block. Each thread has one instance and {@link #clear clears} it for each inode.
 */
public final class BlockUse {
  /** A receiver of the runs of blocks that an inode maps. */
  public interface RunListener {
    /**
     * Receives blocks that are contiguous on disk.
     *
     * @param logicalBlock the first logical block; negative for a block of the mapping tree itself
     */
    void run(long logicalBlock, long physicalBlock, long blockCount);
  }

  private final long mostBlocks;
  private long clusterBlocks;
  private long lastLogical;
  private long lastWritten;
  private long repeated;
  private long lastCluster;
  private long lastLogicalCluster;

  /**
   * Creates the counts. {@link #clear} must be called before the first use.
   *
   * @param mostBlocks the number of blocks of the file system, rounded up to whole clusters
   */
  public BlockUse(long mostBlocks) {
    this.mostBlocks = mostBlocks;
  }

  /** Resets all counts. */
  public void clear() {
    clusterBlocks = 0;
    lastLogical = -1;
    lastWritten = -1;
    lastCluster = -1;
    lastLogicalCluster = -1;
    repeated = 0;
  }

  /** Adds clusters of content that were claimed before. */
  public void repeat(long blocks) {
    repeated += blocks;
  }

  /** Returns the number of clusters of content that were claimed before. */
  public long repeated() {
    return repeated;
  }

  /** Adds allocated blocks, including all blocks of each cluster. */
  public void count(long blocks) {
    clusterBlocks += blocks;
  }

  /** Records a run of content that ends with a logical block. */
  public void reach(long lastBlock, boolean written) {
    lastLogical = Math.max(lastLogical, lastBlock);
    if (written) {
      lastWritten = Math.max(lastWritten, lastBlock);
    }
  }

  /**
   * Returns the number of allocated blocks of the inode, including nodes and all blocks of each
   * cluster.
   */
  public long blocks() {
    return clusterBlocks;
  }

  /**
   * Returns whether the inode has more blocks than the file system. In this case its nodes point to
   * each other.
   */
  public boolean isTooLarge() {
    return clusterBlocks > mostBlocks;
  }

  /** Returns the last logical block that is mapped, or -1 if there is none. */
  public long lastLogical() {
    return lastLogical;
  }

  /** Returns the last logical block that is written, or -1 if there is none. */
  public long lastWritten() {
    return lastWritten;
  }

  /**
   * Returns whether a cluster is the one in which the previous run ended, and is mapped at the same
   * logical cluster of the file.
   */
  public boolean continuesCluster(long physicalCluster, long logicalCluster) {
    return physicalCluster == lastCluster && logicalCluster == lastLogicalCluster;
  }

  /**
   * Returns whether a run starts in the logical cluster in which the previous run ended, but in
   * another physical cluster.
   */
  public boolean splitsCluster(long physicalCluster, long logicalCluster) {
    return logicalCluster == lastLogicalCluster && physicalCluster != lastCluster;
  }

  /** Records the cluster in which a run ends. */
  public void endCluster(long physicalCluster, long logicalCluster) {
    lastCluster = physicalCluster;
    lastLogicalCluster = logicalCluster;
  }
}
