package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * A removal of a range of logical blocks from a block map. It goes from the end of the range to the
 * start. The unit of work is the part of the range that one indirect block maps. A part whose
 * blocks lie in more groups than a transaction can change is divided. The handle may be restarted
 * between two units. At that point each cleared pointer and the freeing of the block it pointed to
 * are in the same transaction.
 *
 * <p>As in the kernel, an indirect block is freed under two conditions. It has no pointer left
 * before the range, and the range reaches the end of the blocks that this indirect block maps. If
 * the range ends before that, the indirect block stays, even if it has become empty.
 *
 * <p>The walk is at most three levels deep, as the format defines, even in a damaged image.
 */
public final class IndirectRemoval {
  private final IndirectBlocks map;
  private final Geometry geometry;
  private final BlockAllocator allocator;
  private final int sectorsPerBlock;

  /** Creates a removal from a block map. {@link #remove} does the work. */
  public IndirectRemoval(IndirectBlocks map, BlockAllocator allocator) {
    this.map = map;
    this.geometry = map.geometry();
    this.allocator = allocator;
    this.sectorsPerBlock = 1 << (geometry.blockSizeBits() - 9);
  }

  /**
   * Removes the mapping of the logical blocks {@code [first, end)}, and frees the blocks.
   *
   * @param gate the gate that releases the tree lock around a restart
   */
  public void remove(
      Handle handle, long first, long end, Handle.RestartGate gate, RemovalListener listener)
      throws IOException {
    Removal removal = new Removal(handle, first, Math.min(end, map.maxBlocks()), gate, listener);
    for (int levels = IndirectBlocks.MAX_LEVELS; levels >= 1; levels--) {
      removal.removeTree(levels);
    }
    removal.removeDirect();
  }

  /** The work of one removal. */
  private final class Removal {
    private final Handle handle;
    private final long first;
    private final long end;
    private final Handle.RestartGate gate;
    private final RemovalListener listener;

    Removal(
        Handle handle, long first, long end, Handle.RestartGate gate, RemovalListener listener) {
      this.handle = handle;
      this.first = first;
      this.end = end;
      this.gate = gate;
      this.listener = listener;
    }

    void removeDirect() throws IOException {
      if (first < IndirectBlocks.DIRECT) {
        ByteBuffer area = map.root().area();
        for (int to = (int) Math.min(end, IndirectBlocks.DIRECT); to > first; ) {
          int start = ensure(area, (int) first, to);
          map.root().declare(handle);
          clearRun(area, start, to);
          map.root().seal();
          to = start;
        }
      }
    }

    /** Removes the part of the range that lies below {@code levels} levels of indirect blocks. */
    void removeTree(int levels) throws IOException {
      long base = map.base(levels);
      int slot = IndirectBlocks.DIRECT + levels - 1;
      long top = IndirectBlocks.pointer(map.root().area(), slot);
      if (top == 0 || end <= base || first >= base + map.span(levels)) {
        return;
      }
      if (removeNode(top, levels, base)) {
        // The parent of the topmost block is the inode.
        map.root().declare(handle);
        IndirectBlocks.clearPointer(map.root().area(), slot);
        map.root().seal();
        free(top);
      }
    }

    /**
     * Removes the part of the range below an indirect block.
     *
     * @return whether the block itself has to be freed; the caller clears the pointer to it in this
     *     handle
     */
    private boolean removeNode(long number, int level, long base) throws IOException {
      CachedBlock block = map.node(number);
      allocator.requireNotMetadata(number, 1);
      ByteBuffer pointers = block.bytes();
      long span = map.span(level - 1);
      int from = (int) (Math.max(0, first - base) / span);
      int to = (int) ((Math.min(end - base, map.span(level)) + span - 1) / span);
      boolean goes = end >= base + map.span(level);
      if (level == 1) {
        goes = goes && isEmptyBefore(pointers, from);
        for (int end = to; end > from; ) {
          int start = ensure(pointers, from, end);
          boolean untouched = goes && start == from && end == to;
          if (!untouched) {
            map.declare(handle, block);
          }
          clearRun(untouched ? copy(pointers) : pointers, start, end);
          listener.removedDownTo(Math.max(first, base + start));
          end = start;
        }
      } else {
        // If there is no indirect block of level 1 below this block, no other step ensures the
        // credits to free this block.
        handle.ensureCredits(baseCredits(), gate);
        for (int i = to - 1; i >= from; i--) {
          long child = IndirectBlocks.pointer(pointers, i);
          if (child != 0 && removeNode(child, level - 1, base + i * span)) {
            // The pointer is cleared even if this block is freed later, because the handle may be
            // restarted before that.
            map.declare(handle, block);
            IndirectBlocks.clearPointer(pointers, i);
            free(child);
          } else if (child != 0) {
            goes = false;
          }
        }
        goes = goes && isEmptyBefore(pointers, from);
      }
      listener.removedDownTo(Math.max(first, base));
      return goes;
    }

    /**
     * Ensures credits for the clearing of a run of pointers, and for the changes of the indirect
     * blocks above it that may follow.
     *
     * @return the index where the run begins; it is as low as the number of groups that a
     *     transaction can change allows
     */
    private int ensure(ByteBuffer pointers, int from, int to) throws IOException {
      int base = baseCredits();
      int most = Math.max(1, (handle.maxCredits() - base) / BlockAllocator.CREDITS_PER_GROUP);
      Set<Integer> groups = new HashSet<>();
      int start = to;
      while (start > from) {
        long pointer = IndirectBlocks.pointer(pointers, start - 1);
        // Groups in which this transaction has already freed blocks are counted as well, because
        // after a restart they are not part of the new transaction.
        if (geometry.containsBlocks(pointer, 1)
            && groups.add(geometry.groupOf(pointer))
            && groups.size() > most) {
          groups.remove(geometry.groupOf(pointer));
          break;
        }
        start--;
      }
      handle.ensureCredits(base + BlockAllocator.CREDITS_PER_GROUP * groups.size(), gate);
      return start;
    }

    /**
     * Returns the credits for the inode and the superblock. The result also has, for each level,
     * the credits for an indirect block that changes and for an indirect block that is freed.
     */
    private static int baseCredits() {
      int levels = IndirectBlocks.MAX_LEVELS;
      return 2 + levels + BlockAllocator.CREDITS_PER_GROUP * levels;
    }

    private void clearRun(ByteBuffer pointers, int from, int to) throws IOException {
      long runStart = 0;
      long runCount = 0;
      long freed = 0;
      for (int i = to - 1; i >= from; i--) {
        long pointer = IndirectBlocks.pointer(pointers, i);
        if (pointer == 0) {
          continue;
        }
        if (runCount > 0 && pointer + 1 == runStart) {
          runStart = pointer;
          runCount++;
        } else {
          freeRun(runStart, runCount);
          runStart = pointer;
          runCount = 1;
        }
        IndirectBlocks.clearPointer(pointers, i);
        freed++;
      }
      freeRun(runStart, runCount);
      addSectors(-freed * sectorsPerBlock);
    }

    private void freeRun(long start, long count) throws IOException {
      if (count > 0) {
        allocator.free(handle, start, count);
      }
    }

    /** Frees an indirect block. */
    private void free(long number) throws IOException {
      handle.revoke(number);
      allocator.free(handle, number, 1);
      addSectors(-sectorsPerBlock);
    }

    private void addSectors(long delta) throws CorruptionException {
      map.root().declare(handle);
      map.root().addSectors(delta);
      map.root().seal();
    }
  }

  private static ByteBuffer copy(ByteBuffer pointers) {
    ByteBuffer copy = ByteBuffer.allocate(pointers.capacity()).order(pointers.order());
    return copy.put(0, pointers, 0, pointers.capacity());
  }

  private static boolean isEmptyBefore(ByteBuffer pointers, int index) {
    for (int i = 0; i < index; i++) {
      if (IndirectBlocks.pointer(pointers, i) != 0) {
        return false;
      }
    }
    return true;
  }
}
