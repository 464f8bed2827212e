package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.DirectoryRecord;
import java.nio.ByteBuffer;

/** The names in one directory block after another, to find two that are equal. One a thread. */
final class NameSet {
  private static final int FACTOR = 31;

  private final int[] places;
  private final int[] rounds;
  private int round = 1;

  /** For blocks of a size: twice as many places as there can be names. */
  NameSet(int blockSize) {
    int most = blockSize / DirectoryRecord.size(1);
    int size = Integer.highestOneBit(most) * 4;
    places = new int[size];
    rounds = new int[size];
  }

  /** Begins with another block. */
  void clear() {
    round++;
  }

  /** Adds the name of the record at a place; false if another record has it. */
  boolean add(ByteBuffer block, int at) {
    int length = DirectoryRecord.nameLength(block, at);
    int start = at + DirectoryRecord.HEADER_SIZE;
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = hash * FACTOR + block.get(i);
    }
    hash ^= hash >>> 15;
    for (int i = hash & places.length - 1; ; i = i + 1 & places.length - 1) {
      if (rounds[i] != round) {
        rounds[i] = round;
        places[i] = at;
        return true;
      }
      if (isSame(block, places[i], at, length)) {
        return false;
      }
    }
  }

  private static boolean isSame(ByteBuffer block, int one, int other, int length) {
    if (DirectoryRecord.nameLength(block, one) != length) {
      return false;
    }
    for (int i = DirectoryRecord.HEADER_SIZE; i < DirectoryRecord.HEADER_SIZE + length; i++) {
      if (block.get(one + i) != block.get(other + i)) {
        return false;
      }
    }
    return true;
  }
}
