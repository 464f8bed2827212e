package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.FreedSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of which the log holds a copy that counts: a replay would write them home. Each has
 * its last committed content, or that of the transaction that commits just now. When the next
 * transaction is about to change such a block, what it has is kept apart first (jbd2's {@code
 * b_frozen_data}).
 *
 * <p>The thread that commits reads contents while others change blocks for the next transaction:
 * both sides take this object's monitor, for one block at a time.
 */
final class LoggedBlocks {
  private final int blockSize;
  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  private static final class Entry {
    private final CachedBlock block;
    private byte @Nullable [] frozen;

    Entry(CachedBlock block) {
      this.block = block;
    }
  }

  LoggedBlocks(int blockSize) {
    this.blockSize = blockSize;
  }

  synchronized int count() {
    return entries.size();
  }

  synchronized boolean contains(long number) {
    return entries.containsKey(number);
  }

  synchronized boolean containsAny(long first, long count) {
    Long next = entries.ceilingKey(first);
    return next != null && next < first + count;
  }

  /** From now on what counts is what the block holds. */
  synchronized void add(CachedBlock block) {
    entries.put(block.number(), new Entry(block));
  }

  /** What counts is this content, whatever becomes of the block. */
  synchronized void fix(CachedBlock block, byte[] content) {
    Entry entry = new Entry(block);
    entry.frozen = content;
    entries.put(block.number(), entry);
  }

  /** The block is about to be changed: what it holds now is kept. */
  synchronized void freeze(long number, byte[] content) {
    Entry entry = entries.get(number);
    if (entry != null && entry.frozen == null) {
      entry.frozen = content;
    }
  }

  /** The log no longer has a copy that counts. */
  synchronized void remove(long number) {
    entries.remove(number);
  }

  synchronized void clear() {
    entries.clear();
  }

  /** Puts a block's content at the start of a buffer. */
  synchronized void copyTo(long number, ByteBuffer target) {
    Entry entry = entries.get(number);
    if (entry == null) {
      throw new IllegalStateException("block " + number + " is not in the log");
    }
    copy(entry, target, 0);
  }

  private void copy(Entry entry, ByteBuffer target, int position) {
    byte[] frozen = entry.frozen;
    if (frozen != null) {
      target.put(position, frozen);
    } else {
      target.put(position, entry.block.bytes(), 0, blockSize);
    }
  }

  /** Those of the blocks that lie in freed space: a replay must not write them any more. */
  synchronized List<Long> in(FreedSpace freed, Geometry geometry) {
    List<Long> found = new ArrayList<>();
    if (freed.groupCount() > 0) {
      for (long number : entries.keySet()) {
        if (freed.contains(number, geometry)) {
          found.add(number);
        }
      }
    }
    return found;
  }

  /** Writes every block to its home, neighbours together; nothing is flushed. */
  void writeHome(BlockDevice device) throws IOException {
    HomeWriter writer = new HomeWriter(device, blockSize, count());
    for (long number : numbers()) {
      copyTo(number, writer.next(number));
    }
    writer.finish();
  }

  private synchronized long[] numbers() {
    long[] numbers = new long[entries.size()];
    int i = 0;
    for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
      numbers[i++] = entry.getKey();
    }
    return numbers;
  }
}
