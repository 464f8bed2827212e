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
 * The logged blocks: a replay of the log would write them to their home blocks. The committed
 * content of a block is its content in the committing transaction. If that transaction does not
 * change the block, it is the content in the last transaction that has changed it. Before the next
 * transaction changes a logged block, the committed content is kept separately (jbd2's {@code
 * b_frozen_data}).
 *
 * <p>The committing thread reads contents while other threads change blocks for the next
 * transaction. Each of these threads holds the monitor of this object, for one block at a time.
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

  /** Makes the current content of a block its committed content. */
  synchronized void add(CachedBlock block) {
    entries.put(block.number(), new Entry(block));
  }

  /**
   * Makes the given content the committed content of a block. Later changes of the block do not
   * affect this content.
   */
  synchronized void fix(CachedBlock block, byte[] content) {
    Entry entry = new Entry(block);
    entry.frozen = content;
    entries.put(block.number(), entry);
  }

  /** Keeps the committed content of a block that is about to be changed. */
  synchronized void freeze(long number, byte[] content) {
    Entry entry = entries.get(number);
    if (entry != null && entry.frozen == null) {
      entry.frozen = content;
    }
  }

  /** Removes a block, because a replay of the log would no longer write it. */
  synchronized void remove(long number) {
    entries.remove(number);
  }

  synchronized void clear() {
    entries.clear();
  }

  /** Copies a block's committed content to the start of a buffer. */
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

  /** Returns the logged blocks that are in freed space. A replay must not write these blocks. */
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

  /**
   * Writes every block to its home block and joins adjacent blocks into one write. Does not flush
   * the device.
   */
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
