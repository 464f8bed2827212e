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
import java.util.Objects;
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
  private int notHome;

  private static final class Entry {
    private final int sequence;
    private @Nullable CachedBlock block;
    private byte @Nullable [] frozen;

    Entry(CachedBlock block, int sequence) {
      this.block = block;
      this.sequence = sequence;
    }

    /** Returns whether the committed content is in the home block, so that it is not kept here. */
    boolean isHome() {
      return block == null;
    }
  }

  LoggedBlocks(int blockSize) {
    this.blockSize = blockSize;
  }

  synchronized int count() {
    return entries.size();
  }

  /** Returns the number of blocks whose content is kept because it is not in the home block. */
  synchronized int notHomeCount() {
    return notHome;
  }

  synchronized boolean contains(long number) {
    return entries.containsKey(number);
  }

  synchronized boolean containsAny(long first, long count) {
    Long next = entries.ceilingKey(first);
    return next != null && next < first + count;
  }

  /**
   * Makes the current content of a block its committed content.
   *
   * @param sequence the number of the transaction in the log
   */
  synchronized void add(CachedBlock block, int sequence) {
    put(block.number(), new Entry(block, sequence));
  }

  private void put(long number, Entry entry) {
    Entry before = entries.put(number, entry);
    notHome += before == null || before.isHome() ? 1 : 0;
  }

  /**
   * Makes the given content the committed content of a block. Later changes of the block do not
   * affect this content.
   */
  synchronized void fix(CachedBlock block, byte[] content, int sequence) {
    Entry entry = new Entry(block, sequence);
    entry.frozen = content;
    put(block.number(), entry);
  }

  /** Keeps the committed content of a block that is about to be changed. */
  synchronized void freeze(long number, byte[] content) {
    Entry entry = entries.get(number);
    if (entry != null && !entry.isHome() && entry.frozen == null) {
      entry.frozen = content;
    }
  }

  /** Removes a block, because a replay of the log would no longer write it. */
  synchronized void remove(long number) {
    Entry removed = entries.remove(number);
    notHome -= removed == null || removed.isHome() ? 0 : 1;
  }

  synchronized void clear() {
    entries.clear();
    notHome = 0;
  }

  /**
   * Returns the blocks that are not home and whose committed content is from a transaction up to
   * {@code sequence}, in ascending order.
   */
  synchronized List<Long> notHomeUpTo(int sequence) {
    List<Long> numbers = new ArrayList<>();
    entries.forEach(
        (number, entry) -> {
          if (!entry.isHome() && entry.sequence - sequence <= 0) {
            numbers.add(number);
          }
        });
    return numbers;
  }

  /**
   * Copies a block's committed content to the start of a buffer, if it is from a transaction up to
   * {@code sequence}. Returns false if a later transaction has changed or freed the block.
   */
  synchronized boolean copyUpTo(int sequence, long number, ByteBuffer target) {
    Entry entry = entries.get(number);
    if (entry == null || entry.isHome() || entry.sequence - sequence > 0) {
      return false;
    }
    copy(entry, target, 0);
    return true;
  }

  /** Records that content from a transaction up to {@code sequence} is in the home blocks. */
  synchronized void setHomeUpTo(int sequence, List<Long> numbers) {
    for (long number : numbers) {
      Entry entry = entries.get(number);
      if (entry != null && !entry.isHome() && entry.sequence - sequence <= 0) {
        entry.block = null;
        entry.frozen = null;
        notHome--;
      }
    }
  }

  /** Drops the blocks whose last copy in the log is from a transaction up to {@code sequence}. */
  synchronized void dropUpTo(int sequence) {
    entries.values().removeIf(entry -> entry.isHome() && entry.sequence - sequence <= 0);
  }

  /** Copies a block's committed content to the start of a buffer. */
  synchronized void copyTo(long number, ByteBuffer target) {
    Entry entry = entries.get(number);
    if (entry == null || entry.isHome()) {
      throw new IllegalStateException("block " + number + " is not in the log");
    }
    copy(entry, target, 0);
  }

  private void copy(Entry entry, ByteBuffer target, int position) {
    byte[] frozen = entry.frozen;
    if (frozen != null) {
      target.put(position, frozen);
    } else {
      target.put(position, Objects.requireNonNull(entry.block).bytes(), 0, blockSize);
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
   * Writes every block that is not home to its home block and joins adjacent blocks into one write.
   * Does not flush the device.
   */
  void writeHome(BlockDevice device) throws IOException {
    HomeWriter writer = new HomeWriter(device, blockSize, notHomeCount());
    for (long number : notHome()) {
      copyTo(number, writer.next(number));
    }
    writer.finish();
  }

  private synchronized long[] notHome() {
    long[] numbers = new long[notHome];
    int i = 0;
    for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
      if (!entry.getValue().isHome()) {
        numbers[i++] = entry.getKey();
      }
    }
    return numbers;
  }
}
