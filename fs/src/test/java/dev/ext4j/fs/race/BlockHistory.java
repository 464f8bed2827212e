package dev.ext4j.fs.race;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The values that each block of a file has held since it was last durable. They tell whether a
 * value found after a power failure is allowed. A value is noted before it is written.
 */
final class BlockHistory {
  private final List<Deque<Long>> values;

  BlockHistory(int blockCount) {
    values =
        java.util.stream.Stream.generate(() -> (Deque<Long>) new ArrayDeque<Long>())
            .limit(blockCount)
            .toList();
    values.forEach(block -> block.add(0L));
  }

  /** Notes a value that is about to be written to blocks. */
  synchronized void note(int firstBlock, int blockCount, long value) {
    for (Deque<Long> block : values.subList(firstBlock, firstBlock + blockCount)) {
      block.add(value);
    }
  }

  /** Returns the present value of a block. */
  synchronized long current(int block) {
    return values.get(block).getLast();
  }

  /**
   * Notes that the present values of some blocks are durable. Only the calling thread changes these
   * blocks, so no value can have been added since they were made durable.
   */
  synchronized void durable(int firstBlock, int blockCount) {
    for (Deque<Long> block : values.subList(firstBlock, firstBlock + blockCount)) {
      while (block.size() > 1) {
        block.removeFirst();
      }
    }
  }

  /** Returns the values that each block may hold after a power failure at this moment. */
  synchronized List<List<Long>> possible() {
    return values.stream().map(List::copyOf).toList();
  }
}
