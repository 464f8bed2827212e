package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts blocks into a block map, with the blocks of pointers that are missing on the way. */
public final class IndirectInsertion {
  /**
   * Blocks that one insertion changes at most: the inode and the superblock, and on each level a
   * block of pointers with the bitmap and the descriptor that it comes from.
   */
  public static final int CREDITS =
      2 + IndirectBlocks.MAX_LEVELS * (1 + BlockAllocator.CREDITS_PER_GROUP);

  /** Pointers in the smallest block of pointers there is. */
  private static final int FEWEST_POINTERS = 256;

  private final IndirectBlocks map;
  private final NodeBlocks blocks;

  /** Blocks that inserting blocks that follow one another changes, beyond {@link #CREDITS}. */
  public static int creditsForRun(int blockCount) {
    int nodes = blockCount / FEWEST_POINTERS + 1;
    return nodes * (1 + BlockAllocator.CREDITS_PER_GROUP);
  }

  /** Insertion into a block map. */
  public IndirectInsertion(IndirectBlocks map, BlockAllocator allocator) {
    this.map = map;
    this.blocks =
        new NodeBlocks(
            map.root(), map.geometry(), map.cache(), allocator, SpaceRequest.END_OF_BLOCK_MAPS);
  }

  /**
   * Maps a block into a place that is free.
   *
   * @throws FileOperationException EFBIG behind what can be addressed, ENOSPC for a block of the
   *     device that a pointer of 32 bits cannot name
   * @throws UnsupportedFeatureException bigalloc, with which Linux fills no block maps
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

  /** The place of a pointer: in a block of pointers, or in the inode. */
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
