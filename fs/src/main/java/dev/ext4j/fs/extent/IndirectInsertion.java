package dev.ext4j.fs.extent;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer to a block map that inserts blocks, together with the indirect blocks that are missing.
 */
public final class IndirectInsertion {
  /**
   * The largest number of blocks that one insertion changes. These are the inode and the
   * superblock. On each level there are also an indirect block, and the block bitmap and group
   * descriptor that its allocation changes.
   */
  public static final int CREDITS =
      2 + IndirectBlocks.MAX_LEVELS * (1 + BlockAllocator.CREDITS_PER_GROUP);

  /** The number of pointers in the smallest possible indirect block. */
  private static final int FEWEST_POINTERS = 256;

  private final IndirectBlocks map;
  private final NodeBlocks blocks;

  /**
   * Returns the number of blocks that the insertion of consecutive blocks changes in addition to
   * {@link #CREDITS}.
   */
  public static int creditsForRun(int blockCount) {
    int nodes = blockCount / FEWEST_POINTERS + 1;
    return nodes * (1 + BlockAllocator.CREDITS_PER_GROUP);
  }

  /**
   * Creates an object that inserts blocks into a block map. Its indirect blocks are allocated where
   * a 32-bit pointer can refer to them.
   */
  public IndirectInsertion(IndirectBlocks map, BlockAllocator allocator) {
    this.map = map;
    this.blocks =
        new NodeBlocks(
            map.root(), map.geometry(), map.cache(), allocator, SpaceRequest.END_OF_BLOCK_MAPS);
  }

  /**
   * Maps a logical block that is not mapped yet.
   *
   * @throws FileOperationException with EFBIG if the block map cannot address the logical block;
   *     with ENOSPC if no block is free for an indirect block, or if a pointer of 32 bits cannot
   *     hold the number of a physical block
   * @throws UnsupportedFeatureException if the file system has bigalloc, because Linux does not
   *     fill block maps there either
   */
  public void insert(Handle handle, long logicalBlock, long physicalBlock) throws IOException {
    if (map.geometry().features().has(RoCompatFeature.BIGALLOC)) {
      throw new UnsupportedFeatureException(
          RoCompatFeature.BIGALLOC.label(),
          "inode " + map.root().inodeNumber() + " has a block map, which bigalloc does not fill");
    }
    if (logicalBlock >= map.maxBlocks()) {
      throw new FileOperationException(Errno.EFBIG, "a block map does not reach that far");
    }
    requireNameable(physicalBlock);
    Slot slot = new Slot(null, (int) logicalBlock);
    if (logicalBlock >= IndirectBlocks.DIRECT) {
      int levels = map.levelsOf(logicalBlock);
      long offset = logicalBlock - map.base(levels);
      slot = new Slot(null, IndirectBlocks.DIRECT + levels - 1);
      List<CachedBlock> way = new ArrayList<>();
      for (int level = levels; level >= 1; level--) {
        CachedBlock node = child(handle, slot, physicalBlock, way);
        way.add(node);
        int shift = (level - 1) * map.pointerBits();
        slot = new Slot(node, (int) (offset >>> shift) & (1 << map.pointerBits()) - 1);
      }
    }
    if (slot.pointer() != 0) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE,
          "inode " + map.root().inodeNumber() + ": block " + logicalBlock + " is mapped already");
    }
    slot.set(handle, physicalBlock);
  }

  private CachedBlock child(Handle handle, Slot slot, long goal, List<CachedBlock> way)
      throws IOException {
    if (slot.pointer() != 0) {
      return map.node(slot.pointer());
    }
    CachedBlock fresh = blocks.take(handle, goal, number -> isOn(way, number));
    requireNameable(fresh.number());
    slot.set(handle, fresh.number());
    return fresh;
  }

  private static boolean isOn(List<CachedBlock> way, long number) {
    return way.stream().anyMatch(node -> node.number() == number);
  }

  private static void requireNameable(long block) throws FileOperationException {
    if (block >>> 32 != 0) {
      throw new FileOperationException(
          Errno.ENOSPC, "no free block is left that a block map can name");
    }
  }

  /** The slot of a pointer, in an indirect block or in the inode. */
  private final class Slot {
    private final @Nullable CachedBlock node;
    private final int index;

    Slot(@Nullable CachedBlock node, int index) {
      this.node = node;
      this.index = index;
    }

    private ByteBuffer pointers() {
      return node == null ? map.root().area() : node.bytes();
    }

    long pointer() {
      return IndirectBlocks.pointer(pointers(), index);
    }

    void set(Handle handle, long block) {
      if (node == null) {
        map.root().declare(handle);
      } else {
        map.declare(handle, node);
      }
      IndirectBlocks.setPointer(pointers(), index, block);
      if (node == null) {
        map.root().seal();
      }
    }
  }
}
