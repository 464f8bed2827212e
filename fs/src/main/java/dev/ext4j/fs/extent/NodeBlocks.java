package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/** An allocator for the blocks of the nodes of a mapping, which also counts them in the inode. */
final class NodeBlocks {
  private final MappingRoot root;
  private final long endBlock;
  private final Geometry geometry;
  private final BlockCache cache;
  private final BlockAllocator allocator;

  NodeBlocks(ExtentTree tree, BlockAllocator allocator) {
    this(tree.root(), tree.geometry(), tree.cache(), allocator);
  }

  NodeBlocks(MappingRoot root, Geometry geometry, BlockCache cache, BlockAllocator allocator) {
    this(root, geometry, cache, allocator, Long.MAX_VALUE);
  }

  /**
   * Creates an allocator for the nodes of one mapping.
   *
   * @param endBlock the block below which all allocated blocks must be
   */
  NodeBlocks(
      MappingRoot root,
      Geometry geometry,
      BlockCache cache,
      BlockAllocator allocator,
      long endBlock) {
    this.endBlock = endBlock;
    this.root = root;
    this.geometry = geometry;
    this.cache = cache;
    this.allocator = allocator;
  }

  /**
   * Returns the goal for the first node of a tree. The goal is away from the blocks where the
   * content of the file continues.
   */
  long firstGoal() {
    return allocator.goals().firstBlock(root.inodeNumber(), false);
  }

  /**
   * Allocates a block near another one, and fills it with zeros.
   *
   * @param inUse a test that is true for the nodes that are being changed; if a damaged bitmap
   *     marks such a node as free, the new node would overwrite it
   * @throws CorruptionException with BLOCK_BITMAP if the allocated block is such a node
   */
  CachedBlock take(Handle handle, long goal, LongPredicate inUse) throws IOException {
    long number = allocator.allocateCluster(handle, goal, endBlock);
    if (inUse.test(number)) {
      throw new CorruptionException(
          Kind.BLOCK_BITMAP,
          "inode "
              + root.inodeNumber()
              + ": block "
              + number
              + " is free by the block bitmap, and a node of the tree");
    }
    handle.cancelRevoke(number);
    CachedBlock block = cache.get(number);
    handle.declare(block, BlockRole.NEW);
    ByteBuffer bytes = block.bytes();
    for (int i = 0; i < bytes.capacity(); i += Long.BYTES) {
      bytes.putLong(i, 0);
    }
    count(handle, 1);
    return block;
  }

  /** Allocates up to {@code clusterCount} consecutive clusters, each for one node. */
  BlockAllocator.Run takeRun(Handle handle, long goal, long clusterCount) throws IOException {
    BlockAllocator.Run run =
        allocator.allocateRun(handle, SpaceRequest.metadata(goal, clusterCount));
    for (int i = 0; i < run.clusterCount(); i++) {
      handle.cancelRevoke(run.firstBlock() + (long) i * geometry.clusterRatio());
    }
    count(handle, run.clusterCount());
    return run;
  }

  /**
   * Frees the block of a node to which nothing points any more, together with the cluster of the
   * block.
   */
  void free(Handle handle, long block) throws IOException {
    free(handle, block, 1);
  }

  /** Frees the blocks of nodes that lie in consecutive clusters. */
  void free(Handle handle, long firstBlock, int nodeCount) throws IOException {
    long ratio = geometry.clusterRatio();
    for (int i = 0; i < nodeCount; i++) {
      handle.revoke(firstBlock + i * ratio);
    }
    long start = firstBlock - ((firstBlock - geometry.firstDataBlock()) & (ratio - 1));
    long blockCount = Math.min(nodeCount * ratio, geometry.blockCount() - start);
    allocator.free(handle, start, blockCount);
    count(handle, -nodeCount);
  }

  private void count(Handle handle, int clusters) throws CorruptionException {
    root.declare(handle);
    root.addSectors(
        (long) clusters << (geometry.clusterRatioBits() + geometry.blockSizeBits() - 9));
    root.seal();
  }
}
