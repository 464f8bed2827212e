package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;

/**
 * The crc32 of a whole transaction (checksum v1). It is computed with the most significant bit
 * first.
 */
public final class Crc32Be {
  private static final int POLYNOMIAL = 0x04C11DB7;
  private static final int[] TABLE = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int register = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        register = register < 0 ? register << 1 ^ POLYNOMIAL : register << 1;
      }
      TABLE[i] = register;
    }
  }

  private int register = ~0;

  /** Adds a block. */
  public void add(ByteBuffer block) {
    for (int i = 0; i < block.capacity(); i++) {
      register = register << 8 ^ TABLE[(register >>> 24 ^ block.get(i)) & 0xFF];
    }
  }

  /**
   * Returns the checksum of the blocks added so far. It is not inverted at the end, as in the
   * kernel.
   */
  public int value() {
    return register;
  }
}
