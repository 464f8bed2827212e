package dev.ext4j.fs.cache;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache that keeps the most recently used blocks within a limit of bytes. If an evicted block is
 * still referenced, for example by a transaction, its object stays the only one for its block
 * number. Therefore there are never two copies of a block that could be changed independently.
 *
 * <p>Several threads may use a cache at once. The cache holds its lock while it reads from the
 * device.
 */
public final class BlockCache {
  private static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /**
   * The memory in bytes that a block takes besides its content: its objects, and its entries in two
   * maps.
   */
  private static final int BLOCK_BYTES = 256;

  /** The number of blocks that are found without a look-up in the maps; a power of two. */
  private static final int SLOTS = 1 << 10;

  private final BlockDevice device;
  private final AtomicLong pastWrites = new AtomicLong();
  private final AtomicLong flushedWrites = new AtomicLong();
  private final int blockSize;
  private final int capacity;
  private final LinkedHashMap<Long, CachedBlock> recent = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Long, Reference> alive = new HashMap<>();
  private final ReferenceQueue<CachedBlock> dead = new ReferenceQueue<>();
  private final SpareBuffer spare = new SpareBuffer();
  private @Nullable ByteBuffer staging;

  /**
   * The block that was requested last, for each value of the low bits of a block number. Each of
   * these blocks is also in {@link #recent}. The slots save time, because most requests are for the
   * same few blocks, and a look-up in a map that keeps an order is slow.
   */
  private final @Nullable CachedBlock[] slots = new CachedBlock[SLOTS];

  private static final class Reference extends WeakReference<CachedBlock> {
    private final long number;

    Reference(CachedBlock block, ReferenceQueue<CachedBlock> queue) {
      super(block, queue);
      number = block.number();
    }
  }

  /**
   * Creates an empty cache.
   *
   * @param capacityBytes the limit of the memory for cached blocks, in bytes
   */
  public BlockCache(BlockDevice device, int blockSize, long capacityBytes) {
    this.device = device;
    this.blockSize = blockSize;
    this.capacity =
        (int) Math.max(16, Math.min(capacityBytes / (blockSize + BLOCK_BYTES), 1 << 24));
  }

  /** Returns the buffer in which operations collect blocks for {@link #writePast}. */
  public SpareBuffer spareBuffer() {
    return spare;
  }

  /** Returns the size of every block in bytes. */
  public int blockSize() {
    return blockSize;
  }

  /**
   * Returns the only object for a block. The block is read from the device unless it is in memory.
   */
  public synchronized CachedBlock get(long number) throws IOException {
    CachedBlock block = find(number);
    if (block == null) {
      block = new CachedBlock(number, blockSize);
      device.readFully(number * blockSize, block.bytes().duplicate());
      keep(block);
    }
    return block;
  }

  /**
   * Fills a block with zeros and returns its only object. The caller has allocated the block, so
   * its content on disk has no meaning and is not read.
   */
  public synchronized CachedBlock getZeroed(long number) {
    CachedBlock block = find(number);
    if (block == null) {
      block = new CachedBlock(number, blockSize);
      keep(block);
    } else {
      block.restore(new byte[blockSize]);
    }
    return block;
  }

  /**
   * Drops a block from the cache, for example because it was freed and its content is no longer
   * needed.
   */
  public synchronized void forget(long number) {
    recent.remove(number);
    alive.remove(number);
    CachedBlock slot = slots[slotOf(number)];
    if (slot != null && slot.number() == number) {
      slots[slotOf(number)] = null;
    }
  }

  /** Drops from the cache all blocks for which a predicate is true. */
  public synchronized void forgetIf(LongPredicate freed) {
    recent.keySet().removeIf(freed::test);
    alive.keySet().removeIf(freed::test);
    Arrays.fill(slots, null);
  }

  /**
   * Tells the device which blocks will soon be needed, and reads the first of them in one read. The
   * read is limited to a quarter of the cache and to 1 MiB. A read error is ignored here, because
   * the later read of the block reports it.
   */
  public void prefetch(long firstNumber, long count) {
    device.willNeed(firstNumber * blockSize, count * blockSize);
    int most = Math.min(capacity / 4, MOST_AT_ONCE_BYTES / blockSize);
    if (count > 1 && most > 1) {
      load(firstNumber, (int) Math.min(count, most));
    }
  }

  private synchronized void load(long firstNumber, int count) {
    int first = 0;
    int end = count;
    while (first < end && find(firstNumber + first) != null) {
      first++;
    }
    while (end > first && find(firstNumber + end - 1) != null) {
      end--;
    }
    if (end - first < 2) {
      return;
    }
    ByteBuffer read = staged((end - first) * blockSize);
    try {
      device.readFully((firstNumber + first) * blockSize, read);
    } catch (IOException e) {
      return; // the later read of the block reports the error
    }
    for (int i = first; i < end; i++) {
      if (find(firstNumber + i) == null) {
        CachedBlock block = new CachedBlock(firstNumber + i, blockSize);
        read.get((i - first) * blockSize, block.bytes().array());
        keep(block);
      }
    }
  }

  private ByteBuffer staged(int byteCount) {
    ByteBuffer buffer = staging;
    if (buffer == null || buffer.capacity() < byteCount) {
      buffer = ByteBuffer.allocateDirect(byteCount);
      staging = buffer;
    }
    return buffer.clear().limit(byteCount);
  }

  /** Writes a block's content to its home block. */
  public void writeHome(CachedBlock block) throws IOException {
    device.writeFully(block.number() * blockSize, block.bytes().duplicate());
  }

  /** Writes content other than the cached content to a home block. */
  public void writeHome(long number, byte[] content) throws IOException {
    device.writeFully(number * blockSize, ByteBuffer.wrap(content));
  }

  /**
   * Writes whole blocks to their home blocks, bypassing the cache, and drops them from the cache.
   * No other part of the engine may hold references to these blocks.
   */
  public void writePast(long firstNumber, ByteBuffer content) throws IOException {
    int count = content.remaining() / blockSize;
    device.writeFully(firstNumber * blockSize, content);
    pastWrites.incrementAndGet();
    forgetRun(firstNumber, count);
  }

  /**
   * Returns the number of writes that bypassed the cache. A caller that flushes the device calls
   * this method before the flush, and then passes the result to {@link #flushed}.
   */
  public long pastWrites() {
    return pastWrites.get();
  }

  /**
   * Makes all writes that bypassed the cache durable. Does nothing if the device has been flushed
   * after the last of them.
   *
   * @throws IOException if the flush fails
   */
  public void flushPastWrites() throws IOException {
    long now = pastWrites.get();
    if (now > flushedWrites.get()) {
      device.flush();
      flushed(now);
    }
  }

  /**
   * Records a flush of the device that began after {@link #pastWrites} had returned {@code writes}.
   */
  public void flushed(long writes) {
    flushedWrites.accumulateAndGet(writes, Math::max);
  }

  /**
   * Returns the number of blocks in memory, including evicted blocks that other objects still
   * reference.
   */
  public synchronized int size() {
    return alive.size();
  }

  /** Drops {@code count} consecutive blocks from the cache. */
  public synchronized void forgetRun(long firstNumber, int count) {
    if (count > alive.size()) {
      forgetIf(number -> number >= firstNumber && number < firstNumber + count);
      return;
    }
    for (int i = 0; i < count; i++) {
      forget(firstNumber + i);
    }
  }

  private static int slotOf(long number) {
    return (int) number & SLOTS - 1;
  }

  private @Nullable CachedBlock find(long number) {
    CachedBlock slot = slots[slotOf(number)];
    if (slot != null && slot.number() == number) {
      return slot;
    }
    CachedBlock block = findInMaps(number);
    if (block != null) {
      slots[slotOf(number)] = block;
    }
    return block;
  }

  private @Nullable CachedBlock findInMaps(long number) {
    CachedBlock block = recent.get(number);
    if (block == null) {
      Reference reference = alive.get(number);
      block = reference == null ? null : reference.get();
      if (block != null) {
        recent.put(number, block);
        // Keeps trim() from evicting this block if all other blocks have slots.
        slots[slotOf(number)] = block;
        trim();
      }
    }
    return block;
  }

  private void keep(CachedBlock block) {
    for (Object gone = dead.poll(); gone != null; gone = dead.poll()) {
      Reference reference = (Reference) gone;
      alive.remove(reference.number, reference);
    }
    recent.put(block.number(), block);
    slots[slotOf(block.number())] = block;
    alive.put(block.number(), new Reference(block, dead));
    trim();
  }

  private void trim() {
    while (recent.size() > capacity) {
      CachedBlock oldest = recent.values().iterator().next();
      int slot = slotOf(oldest.number());
      if (slots[slot] == oldest) {
        // A request that finds its block in a slot does not change the order of the map. Therefore
        // the block stays for one more turn.
        slots[slot] = null;
        recent.get(oldest.number());
      } else {
        recent.remove(oldest.number());
      }
    }
  }
}
