package dev.ext4j.fs.fsck;

/**
 * What one inode maps, as it is found: how many blocks, up to where. Made once a thread and {@link
 * #clear cleared} for each inode.
 */
final class BlockUse {
  /** Is told of each run of blocks of content. */
  interface RunListener {
    /** Blocks of content, contiguous on disk. */
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
   * Nothing yet.
   *
   * @param mostBlocks how many blocks the file system has, whole clusters
   */
  BlockUse(long mostBlocks) {
    this.mostBlocks = mostBlocks;
  }

  /** Forgets everything. */
  void clear() {
    clusterBlocks = 0;
    lastLogical = -1;
    lastWritten = -1;
    lastCluster = -1;
    lastLogicalCluster = -1;
    repeated = 0;
  }

  /** Counts blocks of content that somebody has claimed before. */
  void repeat(long blocks) {
    repeated += blocks;
  }

  /** Blocks of content that somebody has claimed before. */
  long repeated() {
    return repeated;
  }

  /** Counts blocks, whole clusters. */
  void count(long blocks) {
    clusterBlocks += blocks;
  }

  /** Notes content up to a logical block. */
  void reach(long lastBlock, boolean written) {
    lastLogical = Math.max(lastLogical, lastBlock);
    if (written) {
      lastWritten = Math.max(lastWritten, lastBlock);
    }
  }

  /** Blocks that the inode takes, nodes and whole clusters included. */
  long blocks() {
    return clusterBlocks;
  }

  /** Whether the inode has more blocks than the file system: its nodes name each other. */
  boolean isTooLarge() {
    return clusterBlocks > mostBlocks;
  }

  /** The last logical block that is mapped, -1 for none. */
  long lastLogical() {
    return lastLogical;
  }

  /** The last logical block that is written, -1 for none. */
  long lastWritten() {
    return lastWritten;
  }

  /** Whether a cluster is the one that the run before ended in, at the same place of the file. */
  boolean continuesCluster(long physicalCluster, long logicalCluster) {
    return physicalCluster == lastCluster && logicalCluster == lastLogicalCluster;
  }

  /** Notes the cluster that a run ends in. */
  void endCluster(long physicalCluster, long logicalCluster) {
    lastCluster = physicalCluster;
    lastLogicalCluster = logicalCluster;
  }
}
