package dev.ext4j.fs.cache;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of the block cache: the blocks in memory whose numbers have the same low bits. A stripe
 * has a lock of its own, which is never held during a read of the device.
 *
 * <p>A block that is being read is registered. Its content is kept only if it is still registered
 * at the end of the read. A block that was dropped or zeroed meanwhile is not, because the read may
 * have returned content from before that.
 */
final class CacheStripe {
  /** The number of blocks that are found without the lock; a power of two. */
  private static final int SLOTS = 1 << 7;

  private final int blockSize;
  private final int numberShift;
  private final int capacity;
  private final LinkedHashMap<Long, CachedBlock> recent = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Long, Reference> alive = new HashMap<>();
  private final Map<Long, BlockRead> reads = new HashMap<>();
  private final ReferenceQueue<CachedBlock> dead = new ReferenceQueue<>();

  /**
   * The block that was requested last, for each value of some bits of a block number. Each of these
   * blocks is also in {@link #recent}. The slots save time, because most requests are for the same
   * few blocks, and a look-up in a map that keeps an order is slow. Only a thread that has the lock
   * changes a slot.
   */
  private final AtomicReferenceArray<@Nullable CachedBlock> slots =
      new AtomicReferenceArray<>(SLOTS);

  private static final class Reference extends WeakReference<CachedBlock> {
    private final long number;

    Reference(CachedBlock block, ReferenceQueue<CachedBlock> queue) {
      super(block, queue);
      number = block.number();
    }
  }

  /**
   * Creates an empty stripe.
   *
   * @param numberShift the number of low bits that the numbers of all blocks have in common
   * @param capacity the number of blocks above which the block used longest ago is evicted
   */
  CacheStripe(int blockSize, int numberShift, int capacity) {
    this.blockSize = blockSize;
    this.numberShift = numberShift;
    this.capacity = capacity;
  }

  /** Returns the block, or null if it is not in memory. */
  @Nullable CachedBlock find(long number) {
    CachedBlock slot = slots.get(slotOf(number));
    return slot != null && slot.number() == number ? slot : findLocked(number);
  }

  private synchronized @Nullable CachedBlock findLocked(long number) {
    CachedBlock block = recent.get(number);
    if (block == null) {
      Reference reference = alive.get(number);
      block = reference == null ? null : reference.get();
      if (block == null) {
        return null;
      }
      recent.put(number, block);
      // Keeps trim() from evicting this block if all other blocks have slots.
      slots.set(slotOf(number), block);
      trim();
    } else {
      slots.set(slotOf(number), block);
    }
    return block;
  }

  /**
   * Registers a block for a read, unless the block is in memory or another thread reads it.
   *
   * @return {@code read} if the caller now has to read the block; the read of another thread; or
   *     null if the block is in memory
   */
  synchronized @Nullable BlockRead begin(long number, BlockRead read) {
    if (findLocked(number) != null) {
      return null;
    }
    BlockRead other = reads.putIfAbsent(number, read);
    return other == null ? read : other;
  }

  /**
   * Keeps a block that was read.
   *
   * @return false, and the block is not kept, if it was dropped or zeroed during the read
   */
  synchronized boolean end(BlockRead read, CachedBlock block) {
    if (!reads.remove(block.number(), read)) {
      return false;
    }
    keep(block);
    return true;
  }

  /** Ends the registration of a block whose content was not read. */
  synchronized void cancel(long number, BlockRead read) {
    reads.remove(number, read);
  }

  /** Returns the block, filled with zeros. */
  synchronized CachedBlock zeroed(long number) {
    reads.remove(number);
    CachedBlock block = findLocked(number);
    if (block == null) {
      block = new CachedBlock(number, blockSize);
      keep(block);
    } else {
      block.restore(new byte[blockSize]);
    }
    return block;
  }

  /** Drops a block. */
  synchronized void forget(long number) {
    reads.remove(number);
    recent.remove(number);
    alive.remove(number);
    CachedBlock slot = slots.get(slotOf(number));
    if (slot != null && slot.number() == number) {
      slots.set(slotOf(number), null);
    }
  }

  /** Drops all blocks for which a predicate is true. */
  synchronized void forgetIf(LongPredicate dropped) {
    reads.keySet().removeIf(dropped::test);
    recent.keySet().removeIf(dropped::test);
    alive.keySet().removeIf(dropped::test);
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, null);
    }
  }

  /** Returns the number of blocks in memory. */
  synchronized int size() {
    return alive.size();
  }

  private int slotOf(long number) {
    return (int) (number >>> numberShift) & SLOTS - 1;
  }

  private void keep(CachedBlock block) {
    for (Object gone = dead.poll(); gone != null; gone = dead.poll()) {
      Reference reference = (Reference) gone;
      alive.remove(reference.number, reference);
    }
    recent.put(block.number(), block);
    slots.set(slotOf(block.number()), block);
    alive.put(block.number(), new Reference(block, dead));
    trim();
  }

  private void trim() {
    while (recent.size() > capacity) {
      CachedBlock oldest = recent.values().iterator().next();
      int slot = slotOf(oldest.number());
      if (slots.get(slot) == oldest) {
        // A request that finds its block in a slot does not change the order of the map. Therefore
        // the block stays for one more turn.
        slots.set(slot, null);
        recent.get(oldest.number());
      } else {
        recent.remove(oldest.number());
      }
    }
  }
}
