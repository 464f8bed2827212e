package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The hash by which a directory's hash tree orders names. There are three hash functions. Each has
 * two variants, in which the bytes of names are signed or unsigned. {@code s_flags} sets the
 * variant for the whole file system.
 */
public final class DirectoryHash {
  private static final long LARGEST = 0xFFFFFFFCL; // in Linux, 0xFFFFFFFE means the end
  private static final int[] DEFAULT_SEED = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};

  private static final int MD4_ROUND_2 = 0x5A827999;
  private static final int MD4_ROUND_3 = 0x6ED9EBA1;
  private static final int SIGNS = 0x80808080;

  /** The number of ints that a computation needs as scratch space. */
  public static final int SCRATCH = 8;

  private static final int TEA_WORDS = 4;
  private static final int TEA_DELTA = 0x9E3779B9;
  private static final int TEA_CYCLES = 16;

  private static final int LEGACY_START = 0x12A3FE2D;
  private static final int LEGACY_BEFORE_START = 0x37ABE8F9;
  private static final int LEGACY_FACTOR = 7152373;

  /**
   * The hash functions, with their codes in the field {@code hash_version} of the root of a tree.
   */
  public enum Version {
    LEGACY(0),
    HALF_MD4(1),
    TEA(2);

    /** The code in the root of a tree whose names are encrypted and case-insensitive. */
    public static final int SIPHASH_CODE = 6;

    private static final Version[] ALL = values();

    private final int code;

    Version(int code) {
      this.code = code;
    }

    /** Returns the code in {@code hash_version}. */
    public int code() {
      return code;
    }

    /** Returns whether a code belongs to one of these functions. */
    public static boolean isKnown(int code) {
      return code >= 0 && code < ALL.length;
    }

    /** Returns the function for a code for which {@link #isKnown} is true. */
    public static Version of(int code) {
      return ALL[code];
    }
  }

  private final Version version;
  private final boolean unsigned;
  private final int[] seed = new int[4];

  /**
   * Creates a hash function.
   *
   * @param unsigned whether the bytes of names are numbers from 0 to 255, rather than from -128 to
   *     127
   * @param seedBytes the 16 bytes of {@code s_hash_seed}; if all are zero, the default seed of the
   *     format is used
   */
  public DirectoryHash(Version version, boolean unsigned, byte[] seedBytes) {
    this.version = version;
    this.unsigned = unsigned;
    ByteBuffer.wrap(seedBytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(seed);
    if ((seed[0] | seed[1] | seed[2] | seed[3]) == 0) {
      System.arraycopy(DEFAULT_SEED, 0, seed, 0, seed.length);
    }
  }

  /** Returns the hash of a name. It has 32 bits, and the lowest bit is always 0. */
  public long of(byte[] name) {
    return of(name, 0, name.length, new int[SCRATCH]);
  }

  /**
   * Returns the hash of a name that is part of a larger array.
   *
   * @param scratch an array of {@link #SCRATCH} ints, which is overwritten. The caller can pass the
   *     same array again, so that no call allocates one.
   */
  public long of(byte[] bytes, int start, int length, int[] scratch) {
    int hash =
        switch (version) {
          case LEGACY -> legacy(bytes, start, length);
          case HALF_MD4 -> halfMd4(bytes, start, length, scratch);
          case TEA -> tea(bytes, start, length, scratch);
        };
    return Math.min(hash & 0xFFFFFFFEL, LARGEST);
  }

  private int legacy(byte[] bytes, int start, int length) {
    int before = LEGACY_BEFORE_START;
    int last = LEGACY_START;
    for (int i = start; i < start + length; i++) {
      int next = before + (last ^ (value(bytes[i]) * LEGACY_FACTOR));
      if (next < 0) {
        next -= Integer.MAX_VALUE;
      }
      before = last;
      last = next;
    }
    return last << 1;
  }

  /**
   * Computes the half MD4 hash. Its three rounds of eight steps are unrolled, because a check of
   * directories spends its time here.
   */
  private int halfMd4(byte[] bytes, int start, int length, int[] words) {
    int s0 = seed[0];
    int s1 = seed[1];
    int s2 = seed[2];
    int s3 = seed[3];
    for (int done = 0; done < length; done += 4 * SCRATCH) {
      load(bytes, start + done, length - done, words, SCRATCH);
      int a = s0;
      int b = s1;
      int c = s2;
      int d = s3;
      int w0 = words[0];
      int w1 = words[1];
      int w2 = words[2];
      int w3 = words[3];
      int w4 = words[4];
      int w5 = words[5];
      int w6 = words[6];
      int w7 = words[7];
      a = Integer.rotateLeft(a + select(b, c, d) + w0, 3);
      d = Integer.rotateLeft(d + select(a, b, c) + w1, 7);
      c = Integer.rotateLeft(c + select(d, a, b) + w2, 11);
      b = Integer.rotateLeft(b + select(c, d, a) + w3, 19);
      a = Integer.rotateLeft(a + select(b, c, d) + w4, 3);
      d = Integer.rotateLeft(d + select(a, b, c) + w5, 7);
      c = Integer.rotateLeft(c + select(d, a, b) + w6, 11);
      b = Integer.rotateLeft(b + select(c, d, a) + w7, 19);
      a = Integer.rotateLeft(a + majority(b, c, d) + w1 + MD4_ROUND_2, 3);
      d = Integer.rotateLeft(d + majority(a, b, c) + w3 + MD4_ROUND_2, 5);
      c = Integer.rotateLeft(c + majority(d, a, b) + w5 + MD4_ROUND_2, 9);
      b = Integer.rotateLeft(b + majority(c, d, a) + w7 + MD4_ROUND_2, 13);
      a = Integer.rotateLeft(a + majority(b, c, d) + w0 + MD4_ROUND_2, 3);
      d = Integer.rotateLeft(d + majority(a, b, c) + w2 + MD4_ROUND_2, 5);
      c = Integer.rotateLeft(c + majority(d, a, b) + w4 + MD4_ROUND_2, 9);
      b = Integer.rotateLeft(b + majority(c, d, a) + w6 + MD4_ROUND_2, 13);
      a = Integer.rotateLeft(a + (b ^ c ^ d) + w3 + MD4_ROUND_3, 3);
      d = Integer.rotateLeft(d + (a ^ b ^ c) + w7 + MD4_ROUND_3, 9);
      c = Integer.rotateLeft(c + (d ^ a ^ b) + w2 + MD4_ROUND_3, 11);
      b = Integer.rotateLeft(b + (c ^ d ^ a) + w6 + MD4_ROUND_3, 15);
      a = Integer.rotateLeft(a + (b ^ c ^ d) + w1 + MD4_ROUND_3, 3);
      d = Integer.rotateLeft(d + (a ^ b ^ c) + w5 + MD4_ROUND_3, 9);
      c = Integer.rotateLeft(c + (d ^ a ^ b) + w0 + MD4_ROUND_3, 11);
      b = Integer.rotateLeft(b + (c ^ d ^ a) + w4 + MD4_ROUND_3, 15);
      s0 += a;
      s1 += b;
      s2 += c;
      s3 += d;
    }
    return s1;
  }

  private static int select(int x, int y, int z) {
    return z ^ (x & (y ^ z)); // the bits of y where x has ones, and the bits of z elsewhere
  }

  private static int majority(int x, int y, int z) {
    return (x & y) | (z & (x | y));
  }

  private int tea(byte[] bytes, int start, int length, int[] words) {
    int left = seed[0];
    int right = seed[1];
    for (int done = 0; done < length; done += 4 * TEA_WORDS) {
      load(bytes, start + done, length - done, words, TEA_WORDS);
      int x = left;
      int y = right;
      int sum = 0;
      for (int cycle = 0; cycle < TEA_CYCLES; cycle++) {
        sum += TEA_DELTA;
        x += ((y << 4) + words[0]) ^ (y + sum) ^ ((y >>> 5) + words[1]);
        y += ((x << 4) + words[2]) ^ (x + sum) ^ ((x >>> 5) + words[3]);
      }
      left += x;
      right += y;
    }
    return left;
  }

  /**
   * Fills words from the bytes of a name in big-endian order. If the name ends early, each missing
   * byte gets the value of the lowest byte of {@code left}. In a word that the name fills only
   * partly, these bytes are the upper ones.
   */
  private void load(byte[] bytes, int start, int left, int[] words, int count) {
    int padding = (left & 0xFF) * 0x01010101;
    for (int i = 0; i < count; i++) {
      int there = left - 4 * i;
      words[i] = there <= 0 ? padding : word(bytes, start + 4 * i, Math.min(4, there), padding);
    }
  }

  private int word(byte[] bytes, int start, int count, int padding) {
    if (count == 4) {
      int word =
          bytes[start] << 24
              | (bytes[start + 1] & 0xFF) << 16
              | (bytes[start + 2] & 0xFF) << 8
              | (bytes[start + 3] & 0xFF);
      if (unsigned || (word & SIGNS) == 0) {
        return word;
      }
    }
    int word = padding;
    for (int at = start; at < start + count; at++) {
      word = value(bytes[at]) + (word << 8);
    }
    return word;
  }

  private int value(byte b) {
    return unsigned ? b & 0xFF : b;
  }
}
