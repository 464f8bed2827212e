package dev.ext4j.fs.mapping;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentPath;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectInsertion;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The allocation of blocks for the holes of a file. In an extent tree the blocks are unwritten at
 * first, and read as zeros. The caller holds the tree lock exclusively, except for {@link
 * #takeForMap}.
 */
public final class HoleFilling {
  private final Inode inode;
  private final Volume volume;
  private final BlockMapper mapper;

  /**
   * Creates an object that fills holes of one file. Nothing is allocated yet.
   *
   * @param mapper the mapper of the same inode
   */
  public HoleFilling(Inode inode, Volume volume, BlockMapper mapper) {
    this.inode = inode;
    this.volume = volume;
    this.mapper = mapper;
  }

  /**
   * Returns the largest number of blocks that one call of {@code fill} changes in an extent tree of
   * the given depth.
   */
  public static int credits(int depth) {
    return BlockAllocator.CREDITS_PER_ALLOCATION + ExtentInsertion.credits(depth);
  }

  /**
   * Maps unwritten blocks in a hole of an extent tree, starting at the first block of the hole.
   *
   * @param hole the hole, or the part of a hole that is to be filled; not empty
   * @param joined whether the blocks may be merged with adjacent extents. As in the kernel, blocks
   *     for content that is about to be written stay a separate extent until the content is
   *     written.
   * @return the mapping of the new blocks, which may cover a part of the hole
   */
  public Mapping fill(Handle handle, Mapping hole, boolean joined) throws IOException {
    return fill(handle, mapper.extents().find(hole.logicalBlock()), hole, joined);
  }

  /**
   * Same as {@link #fill(Handle, Mapping, boolean)}, but with the path to the hole.
   *
   * @param place the path to the hole in the extent tree; this method makes it invalid
   */
  Mapping fill(Handle handle, ExtentPath place, Mapping hole, boolean joined) throws IOException {
    return fill(handle, place, hole, joined, false);
  }

  /**
   * Same as {@link #fill(Handle, Mapping, boolean)}, but for delayed blocks, which have reserved
   * space.
   *
   * @param delayed the delayed blocks, which are a hole on disk
   */
  public Mapping fillDelayed(Handle handle, Mapping delayed) throws IOException {
    return fill(handle, mapper.extents().find(delayed.logicalBlock()), delayed, false, true);
  }

  private Mapping fill(
      Handle handle, ExtentPath place, Mapping hole, boolean joined, boolean promised)
      throws IOException {
    ExtentTree tree = mapper.extents();
    Mapping blocks =
        takeBlocks(handle, tree.neighbours(place, hole.logicalBlock()), hole, promised);
    ExtentInsertion insertion = new ExtentInsertion(tree, volume.allocator());
    int count = (int) blocks.blockCount();
    if (joined) {
      insertion.add(handle, place, blocks.logicalBlock(), blocks.physicalBlock(), count, true);
    } else {
      insertion.insert(handle, place, blocks.logicalBlock(), blocks.physicalBlock(), count, true);
    }
    return blocks;
  }

  private Mapping takeBlocks(
      Handle handle, ExtentTree.Neighbours neighbours, Mapping hole, boolean promised)
      throws IOException {
    Geometry geometry = volume.geometry();
    long first = hole.logicalBlock();
    long count = Math.min(hole.blockCount(), ExtentNode.MAX_UNWRITTEN_LENGTH);
    int bits = geometry.clusterRatioBits();
    long cluster = first >>> bits;
    long clusterEnd = (cluster + 1) << bits;
    Mapping sharing = neighbours.inCluster(cluster, bits);
    if (sharing != null) {
      // The cluster belongs to the file already.
      long physical = sharing.physicalBlock() + (first - sharing.logicalBlock());
      return new Mapping(first, physical, Math.min(count, clusterEnd - first), State.UNWRITTEN);
    }
    Mapping right = neighbours.right();
    if (right != null && right.logicalBlock() >>> bits == (first + count - 1) >>> bits) {
      // The last cluster already belongs to the extent on the right.
      count = (right.logicalBlock() >>> bits << bits) - first;
    }
    long clusters = ((first + count - 1) >>> bits) - cluster + 1;
    SpaceRequest request =
        SpaceRequest.data(
            goal(neighbours, first), clusters, neighbours.leftTouches(first), inode.inodeNumber());
    BlockAllocator.Run run =
        volume.allocator().allocateRun(handle, promised ? request.promised() : request);
    count(handle, run.clusterCount());
    long offset = first - (cluster << bits);
    long available = ((long) run.clusterCount() << bits) - offset;
    return new Mapping(
        first, run.firstBlock() + offset, Math.min(count, available), State.UNWRITTEN);
  }

  /**
   * Returns the preferred physical block for a logical block. As in the kernel, its distance from
   * the physical block of the neighbour is the same as the distance of the two logical blocks.
   */
  private long goal(ExtentTree.Neighbours neighbours, long first) {
    Mapping near = neighbours.left() != null ? neighbours.left() : neighbours.right();
    if (near == null) {
      return inodeGoal();
    }
    return near.physicalBlock() + (first - near.logicalBlock());
  }

  private long inodeGoal() {
    return volume
        .allocator()
        .goals()
        .firstBlock(inode.inodeNumber(), inode.type() == FileType.REGULAR);
  }

  /**
   * Allocates blocks for a hole of a block map. The caller writes content to them before {@link
   * #enter} makes them visible. The caller does not hold the tree lock.
   *
   * @return the mapping of the blocks: at least one block, at most the blocks of the hole
   */
  public Mapping takeForMap(Handle handle, Mapping hole) throws IOException {
    long first = hole.logicalBlock();
    Mapping before = first == 0 ? null : mapper.map(first - 1, 1);
    boolean continuing = before != null && before.isAllocated();
    long goal = before != null && continuing ? before.physicalBlock() + 1 : inodeGoal();
    BlockAllocator.Run run =
        volume
            .allocator()
            .allocateRun(
                handle,
                SpaceRequest.data(goal, hole.blockCount(), continuing, inode.inodeNumber())
                    .before(SpaceRequest.END_OF_BLOCK_MAPS));
    count(handle, run.clusterCount());
    return new Mapping(first, run.firstBlock(), run.clusterCount(), State.WRITTEN);
  }

  /** Enters allocated blocks into a block map, which makes them visible to readers. */
  public void enter(Handle handle, Mapping blocks) throws IOException {
    IndirectInsertion insertion = new IndirectInsertion(mapper.indirect(), volume.allocator());
    for (long i = 0; i < blocks.blockCount(); i++) {
      insertion.insert(handle, blocks.logicalBlock() + i, blocks.physicalBlock() + i);
    }
  }

  private void count(Handle handle, int clusters) throws CorruptionException {
    Geometry geometry = volume.geometry();
    inode.declare(handle);
    inode.addSectors(
        (long) clusters << (geometry.clusterRatioBits() + geometry.blockSizeBits() - 9));
    inode.seal();
  }
}
