package dev.ext4j.fs.cache;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache that keeps the most recently used blocks within a limit of bytes. If an evicted block is
 * still referenced, for example by a transaction, its object stays the only one for its block
 * number. Therefore there are never two copies of a block that could be changed independently.
 *
 * <p>Several threads may use a cache at once, and read from the device at once. A thread that needs
 * a block which another thread reads waits for that read.
 */
public final class BlockCache {
  private static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /**
   * The memory in bytes that a block takes besides its content: its objects, and its entries in two
   * maps.
   */
  private static final int BLOCK_BYTES = 256;

  private static final int FEWEST_BLOCKS = 16;
  private static final int MOST_STRIPES = 16;

  /** The fewest blocks of a stripe, so that few blocks in use do not meet in one of them. */
  private static final int STRIPE_BLOCKS = 256;

  private final BlockDevice device;
  private final UnflushedWrites pastWrites = new UnflushedWrites();
  private final int blockSize;
  private final int capacity;
  private final CacheStripe[] stripes;
  private final SpareBuffer spare = new SpareBuffer();
  private final SpareBuffer staging = new SpareBuffer();

  /**
   * Creates an empty cache.
   *
   * @param capacityBytes the limit of the memory for cached blocks, in bytes
   */
  public BlockCache(BlockDevice device, int blockSize, long capacityBytes) {
    this.device = device;
    this.blockSize = blockSize;
    this.capacity =
        (int) Math.max(FEWEST_BLOCKS, Math.min(capacityBytes / (blockSize + BLOCK_BYTES), 1 << 24));
    int most = Math.max(1, Math.min(MOST_STRIPES, capacity / STRIPE_BLOCKS));
    int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(most);
    this.stripes = new CacheStripe[1 << bits];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new CacheStripe(blockSize, bits, capacity >>> bits);
    }
  }

  private CacheStripe stripe(long number) {
    return stripes[(int) number & stripes.length - 1];
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
   *
   * @throws IOException if the read fails; a later call reads again
   */
  public CachedBlock get(long number) throws IOException {
    CacheStripe stripe = stripe(number);
    CachedBlock block = stripe.find(number);
    while (block == null) {
      BlockRead mine = new BlockRead();
      BlockRead first = stripe.begin(number, mine);
      if (first == mine) {
        block = read(stripe, number, mine);
      } else {
        if (first != null) {
          first.awaitEnd();
        }
        block = stripe.find(number);
      }
    }
    return block;
  }

  /**
   * Reads a block. Returns null if the block was dropped or zeroed meanwhile, so that what was read
   * may be old.
   */
  private @Nullable CachedBlock read(CacheStripe stripe, long number, BlockRead mine)
      throws IOException {
    IOException failure = null;
    boolean kept = false;
    try {
      CachedBlock block = new CachedBlock(number, blockSize);
      device.readFully(number * blockSize, block.bytes().duplicate());
      kept = stripe.end(mine, block);
      return kept ? block : null;
    } catch (IOException e) {
      failure = e;
      throw e;
    } finally {
      if (!kept) {
        stripe.cancel(number, mine);
      }
      mine.end(failure);
    }
  }

  /**
   * Fills a block with zeros and returns its only object. The caller has allocated the block, so
   * its content on disk has no meaning and is not read.
   */
  public CachedBlock getZeroed(long number) {
    return stripe(number).zeroed(number);
  }

  /**
   * Drops a block from the cache, for example because it was freed and its content is no longer
   * needed.
   */
  public void forget(long number) {
    stripe(number).forget(number);
  }

  /** Drops from the cache all blocks for which a predicate is true. */
  public void forgetIf(LongPredicate freed) {
    for (CacheStripe stripe : stripes) {
      stripe.forgetIf(freed);
    }
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

  private void load(long firstNumber, int count) {
    BlockRead mine = new BlockRead();
    BitSet missing = new BitSet(count);
    try {
      for (int i = 0; i < count; i++) {
        missing.set(i, stripe(firstNumber + i).begin(firstNumber + i, mine) == mine);
      }
      if (missing.cardinality() > 1) {
        int first = missing.nextSetBit(0);
        keepRun(firstNumber + first, missing.get(first, missing.length()), mine);
      }
    } finally {
      missing.stream().forEach(i -> stripe(firstNumber + i).cancel(firstNumber + i, mine));
      mine.end(null); // a waiting thread reads its block itself, and learns of an error then
    }
  }

  /** Reads consecutive blocks, and keeps those whose bits are set. */
  private void keepRun(long firstNumber, BitSet missing, BlockRead mine) {
    ByteBuffer staged = staging.take(missing.length() * blockSize);
    try {
      device.readFully(
          firstNumber * blockSize, staged.duplicate().limit(missing.length() * blockSize));
      for (int i = 0; i >= 0; i = missing.nextSetBit(i + 1)) {
        CachedBlock block = new CachedBlock(firstNumber + i, blockSize);
        staged.get(i * blockSize, block.bytes().array());
        boolean unused = stripe(firstNumber + i).end(mine, block); // false: dropped meanwhile
      }
    } catch (IOException e) {
      return; // the later read of the block reports the error
    } finally {
      staging.giveBack(staged);
    }
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
    pastWrites.add();
    forgetRun(firstNumber, count);
  }

  /**
   * Returns the number of writes that bypassed the cache. A caller that flushes the device calls
   * this method before the flush, and then passes the result to {@link #flushed}.
   */
  public long pastWrites() {
    return pastWrites.written();
  }

  /**
   * Makes writes that bypassed the cache durable. Does nothing if the device has been flushed after
   * the last of them. Threads that wait for a flush share it.
   *
   * @param upTo the number of these writes, from the first on
   * @throws IOException if the flush fails, or has failed before
   */
  public void flushPastWrites(long upTo) throws IOException {
    pastWrites.flush(upTo, device);
  }

  /**
   * Records a flush of the device that began after {@link #pastWrites} had returned {@code writes}.
   */
  public void flushed(long writes) {
    pastWrites.flushed(writes);
  }

  /**
   * Returns the number of blocks in memory, including evicted blocks that other objects still
   * reference.
   */
  public int size() {
    int size = 0;
    for (CacheStripe stripe : stripes) {
      size += stripe.size();
    }
    return size;
  }

  /** Drops {@code count} consecutive blocks from the cache. */
  public void forgetRun(long firstNumber, int count) {
    if (count > size()) {
      forgetIf(number -> number >= firstNumber && number < firstNumber + count);
      return;
    }
    for (int i = 0; i < count; i++) {
      forget(firstNumber + i);
    }
  }
}
