package dev.ext4j.fs.report;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A check of the nodes and extents of one file, in ascending order of the logical blocks. It checks
 * the order, the keys and the number of entries of nodes (I6). It also checks that each cluster is
 * marked as used in the bitmap and is used only once (I7), and counts the clusters.
 */
final class TreeAudit implements TreeVisitor {
  private final Geometry geometry;
  private final Volume volume;
  private final GroupTable groups;
  private final BiConsumer<String, String> wrong;
  private final Map<Integer, BitSet> used = new HashMap<>();
  private final long[] expectedKey = new long[ExtentNode.MAX_DEPTH + 2];
  private long end;
  private long lastLogicalCluster = -1;
  private long clusters;
  private boolean firstOfNode;

  /**
   * Creates an audit that has received no node yet.
   *
   * @param wrong the callback that receives each violation, as the name of the invariant and a
   *     message
   */
  TreeAudit(Volume volume, GroupTable groups, BiConsumer<String, String> wrong) {
    this.geometry = volume.geometry();
    this.volume = volume;
    this.groups = groups;
    this.wrong = wrong;
  }

  /** Returns the number of clusters of nodes and of content that the audit has received so far. */
  long clusterCount() {
    return clusters;
  }

  @Override
  public void node(int level, int depth, long physicalBlock, int entryCount, int capacity)
      throws IOException {
    if (level > 0) {
      use(physicalBlock);
      if (entryCount == 0) {
        wrong.accept("I6", "block " + physicalBlock + " is a node without entries");
      }
    }
    if (entryCount > capacity) {
      wrong.accept("I6", "node at " + physicalBlock + " has more entries than room");
    }
    firstOfNode = level > 0;
  }

  @Override
  public void index(int level, long logicalBlock, long childPhysicalBlock) {
    requireKey(level, logicalBlock);
    expectedKey[level + 1] = logicalBlock;
    if (logicalBlock < end) {
      wrong.accept("I6", "key " + logicalBlock + " of level " + level + " is below " + end);
    }
  }

  private void requireKey(int level, long logicalBlock) {
    if (firstOfNode && expectedKey[level] != logicalBlock) {
      wrong.accept(
          "I6", "a node found at " + expectedKey[level] + " begins with block " + logicalBlock);
    }
    firstOfNode = false;
  }

  @Override
  public void extent(
      int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    requireKey(level, logicalBlock);
    run(logicalBlock, physicalBlock, blockCount);
  }

  /** Checks a run of content in an extent tree or a block map. */
  void run(long logicalBlock, long physicalBlock, long blockCount) throws IOException {
    if (logicalBlock < end) {
      wrong.accept("I6", "block " + logicalBlock + " is mapped before " + end);
    }
    end = logicalBlock + blockCount;
    int bits = geometry.clusterRatioBits();
    long mask = geometry.clusterRatio() - 1L;
    if ((physicalBlock - geometry.firstDataBlock() & mask) != (logicalBlock & mask)) {
      wrong.accept("I6", "block " + logicalBlock + " lies elsewhere in its cluster");
    }
    long first = Math.max(logicalBlock >>> bits, lastLogicalCluster + 1);
    lastLogicalCluster = (end - 1) >>> bits;
    for (long cluster = first; cluster <= lastLogicalCluster; cluster++) {
      use(physicalBlock + Math.max(0, (cluster << bits) - logicalBlock));
    }
  }

  /**
   * Checks a block that the file uses, and counts its cluster. The caller passes only one block of
   * each cluster.
   */
  void use(long block) throws IOException {
    if (!geometry.containsBlocks(block, 1)) {
      wrong.accept("I6", "block " + block + " is not one of the file system");
      return;
    }
    int group = geometry.groupOf(block);
    int cluster = (int) ((block - geometry.groupStart(group)) >>> geometry.clusterRatioBits());
    BitSet here = used.computeIfAbsent(group, same -> new BitSet());
    if (here.get(cluster)) {
      wrong.accept("I7", "block " + block + " is used twice");
    }
    here.set(cluster);
    clusters++;
    if (!isTaken(group, cluster)) {
      wrong.accept("I7", "block " + block + " is used, and free in the bitmap");
    }
  }

  private boolean isTaken(int group, int cluster) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    if (descriptor.isBlockBitmapUninitialized()) {
      return BlockBitmap.planned(geometry, volume.allocator().zones(), group).isSet(cluster);
    }
    try {
      return BlockBitmap.read(volume.cache(), descriptor).isSet(cluster);
    } catch (CorruptionException e) {
      wrong.accept("I7", String.valueOf(e.getMessage()));
      return true;
    }
  }
}
