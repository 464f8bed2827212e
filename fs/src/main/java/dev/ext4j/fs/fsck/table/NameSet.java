package dev.ext4j.fs.fsck.table;

import dev.ext4j.fs.format.DirectoryRecord;
import java.util.Arrays;

/**
 * The set of names in one directory block, which finds equal names. One instance is used for one
 * block after another. Each thread needs its own instance.
 */
public final class NameSet {
  private static final int FACTOR = 31;
  private static final int SPREAD = 0x9E3779B9;

  private final int[] places;
  private final int[] rounds;
  private final int shift;
  private int round = 1;

  /**
   * Creates a set for blocks of a size. The set has at least twice as many slots as a block can
   * have names.
   */
  public NameSet(int blockSize) {
    int most = blockSize / DirectoryRecord.size(1);
    int size = Integer.highestOneBit(most) * 4;
    places = new int[size];
    rounds = new int[size];
    shift = Integer.SIZE - Integer.numberOfTrailingZeros(size);
  }

  /** Empties the set for another block. */
  public void clear() {
    round++;
  }

  /** Returns a key for the name of a record, which is equal for equal names. */
  public static int keyOf(byte[] block, int at) {
    int start = at + DirectoryRecord.HEADER_SIZE;
    int end = start + DirectoryRecord.nameLength(block, at);
    int key = 0;
    for (int i = start; i < end; i++) {
      key = key * FACTOR + block[i];
    }
    return key;
  }

  /**
   * Adds the name of the record at a position.
   *
   * @param key the key of the name
   * @return false if the set already contains an equal name
   */
  public boolean add(byte[] block, int at, int key) {
    for (int i = (key * SPREAD) >>> shift; ; i = (i + 1) & (places.length - 1)) {
      if (rounds[i] != round) {
        rounds[i] = round;
        places[i] = at;
        return true;
      }
      if (isSame(block, places[i], at)) {
        return false;
      }
    }
  }

  private static boolean isSame(byte[] block, int one, int other) {
    int length = DirectoryRecord.nameLength(block, other);
    if (DirectoryRecord.nameLength(block, one) != length) {
      return false;
    }
    int first = one + DirectoryRecord.HEADER_SIZE;
    int second = other + DirectoryRecord.HEADER_SIZE;
    return Arrays.equals(block, first, first + length, block, second, second + length);
  }
}
