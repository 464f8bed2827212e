package dev.ext4j.fs.race;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What each block of a file has held since it was last known to be durable, so that it can be told
 * whether what is there after a power failure may be. A value is noted before it is written.
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

  /** Blocks are about to hold a value. */
  synchronized void note(int firstBlock, int blockCount, long value) {
    for (Deque<Long> block : values.subList(firstBlock, firstBlock + blockCount)) {
      block.add(value);
    }
  }

  /** What a block holds now. */
  synchronized long current(int block) {
    return values.get(block).getLast();
  }

  /** What some blocks hold now is durable, unless it has changed since: only one thread does. */
  synchronized void durable(int firstBlock, int blockCount) {
    for (Deque<Long> block : values.subList(firstBlock, firstBlock + blockCount)) {
      while (block.size() > 1) {
        block.removeFirst();
      }
    }
  }

  /** Which words each block may hold after a power failure at this moment. */
  synchronized List<List<Long>> possible() {
    return values.stream().map(List::copyOf).toList();
  }
}
