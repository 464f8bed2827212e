package dev.ext4j.fs.fsck.table;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bits of one block as words: the bitmap of a group as it is on disk, or as it should be. */
public final class Bitmap {
  private final long[] words;
  private final long[] full;

  /** Creates a bitmap of the size of a block, with all bits clear. */
  public Bitmap(int blockSize) {
    this.words = new long[blockSize / Long.BYTES];
    this.full = new long[words.length];
    Arrays.fill(full, -1L);
  }

  /** Returns the words. The caller may change them. */
  public long[] words() {
    return words;
  }

  /** Returns the number of bits in the block. */
  int size() {
    return words.length * Long.SIZE;
  }

  /** Copies the content of a block into this bitmap. */
  public void copy(ByteBuffer block) {
    block.asLongBuffer().get(words);
  }

  /** Clears all bits. */
  public void clear() {
    Arrays.fill(words, 0);
  }

  /** Sets bits {@code [from, end)}. */
  public void set(int from, int end) {
    set(words, from, end);
  }

  /** Sets bits {@code [from, end)} of an array of words. */
  static void set(long[] words, int from, int end) {
    if (from == end) {
      return;
    }
    int first = from >>> 6;
    int last = (end - 1) >>> 6;
    if (first == last) {
      words[first] |= -1L << from & -1L >>> -end;
    } else {
      words[first] |= -1L << from;
      Arrays.fill(words, first + 1, last, -1L);
      words[last] |= -1L >>> -end;
    }
  }

  /** Returns the number of bits that are set. */
  public int count() {
    int count = 0;
    for (long word : words) {
      if (word != 0) {
        count += Long.bitCount(word);
      }
    }
    return count;
  }

  /** Returns whether {@code bit} and all bits after it are set. */
  public boolean isFullFrom(int bit) {
    int word = bit >>> 6;
    if (word == words.length) {
      return true;
    }
    return words[word] >>> bit == -1L >>> bit
        && Arrays.equals(words, word + 1, words.length, full, word + 1, words.length);
  }

  /** Returns whether the first {@code bits} bits are equal to those of another bitmap. */
  public boolean startsLike(Bitmap other, int bits) {
    int whole = bits >>> 6;
    long rest = (1L << bits) - 1; // the bits of the last, partial word; 0 if there is none
    return Arrays.equals(words, 0, whole, other.words, 0, whole)
        && (rest == 0 || ((words[whole] ^ other.words[whole]) & rest) == 0);
  }

  /** A receiver of runs of bits. */
  public interface Runs {
    /** Receives a run. */
    void run(int from, int count);
  }

  /**
   * Finds the runs of bits that are set in this bitmap and clear in another one. Compares only the
   * first {@code bits} bits.
   *
   * @return whether there are any such runs
   */
  public boolean runsBeyond(Bitmap other, int bits, Runs runs) {
    boolean any = false;
    int start = -1;
    for (int at = 0; at < bits; at += Long.SIZE) {
      long extra = words[at >>> 6] & ~other.words[at >>> 6];
      if (extra == 0 && start < 0) {
        continue;
      }
      int end = Math.min(Long.SIZE, bits - at);
      for (int bit = 0; bit < end; bit++) {
        boolean set = (extra & 1L << bit) != 0;
        any |= set;
        if (set && start < 0) {
          start = at + bit;
        } else if (!set && start >= 0) {
          runs.run(start, at + bit - start);
          start = -1;
        }
      }
    }
    if (start >= 0) {
      runs.run(start, bits - start);
    }
    return any;
  }
}
