package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum crc32c of the feature metadata_csum. The CRC state is the 32-bit value that the
 * computation carries from one byte to the next. This class does not use the inversion that {@link
 * CRC32C} makes at both ends. A checksum can start from any CRC state, which is called its seed.
 * The value of the checksum is the CRC state after the last byte.
 *
 * <p>The JDK's implementation is fast because it uses a CPU instruction, but its CRC state starts
 * as all ones. To start from another seed, this class first adds four bytes that change the CRC
 * state from all ones to the seed. It computes these bytes by running the seed backwards through
 * the table.
 */
public final class Crc32c {
  private static final int POLYNOMIAL = 0x82F63B78; // Castagnoli, bits reversed
  private static final int[] TABLE = new int[256];
  private static final int[] INDEX_OF_TOP_BYTE = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int register = i;
      for (int bit = 0; bit < 8; bit++) {
        register = (register & 1) != 0 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
      }
      TABLE[i] = register;
      INDEX_OF_TOP_BYTE[register >>> 24] = i;
    }
  }

  private final CRC32C crc = new CRC32C();

  private Crc32c(int seed) {
    if (seed != ~0) {
      int prefix = prefix(seed);
      crc.update(prefix);
      crc.update(prefix >>> 8);
      crc.update(prefix >>> 16);
      crc.update(prefix >>> 24);
    }
  }

  /**
   * Creates a checksum that starts from a seed. The caller passes all ones if the format specifies
   * no seed.
   */
  public static Crc32c from(int seed) {
    return new Crc32c(seed);
  }

  /** A computation of many checksums that start from the same seed. */
  public static final class Prefixed {
    private final CRC32C crc = new CRC32C();
    private final byte[] bytes;

    private Prefixed(int seed, byte[] bytes) {
      this.bytes = bytes;
      LittleEndian.putInt(bytes, 0, prefix(seed));
    }

    /**
     * Returns the checksum of the bytes from index 4 of the array.
     *
     * @param end the index after the last of these bytes
     */
    public int value(int end) {
      crc.reset();
      crc.update(bytes, 0, end);
      return ~(int) crc.getValue();
    }
  }

  /**
   * Creates a computation of many checksums that start from a seed.
   *
   * @param bytes the input array. This method overwrites its first four bytes. For each checksum
   *     the caller stores the input at index 4 and later.
   */
  public static Prefixed prefixed(int seed, byte[] bytes) {
    return new Prefixed(seed, bytes);
  }

  /** Adds 4 bytes, little-endian. */
  public Crc32c addInt(long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      crc.update((int) (value >>> shift));
    }
    return this;
  }

  /** Adds 8 bytes, little-endian. */
  public Crc32c addLong(long value) {
    return addInt(value).addInt(value >>> 32);
  }

  /** Adds {@code count} bytes of zeros. */
  public Crc32c addZeros(int count) {
    for (int i = 0; i < count; i++) {
      crc.update(0);
    }
    return this;
  }

  /**
   * Adds bytes {@code from} to {@code to}, exclusive, of a buffer. The position of the buffer does
   * not change.
   */
  public Crc32c add(ByteBuffer buffer, int from, int to) {
    if (buffer.hasArray()) {
      crc.update(buffer.array(), buffer.arrayOffset() + from, to - from);
    } else {
      crc.update(buffer.duplicate().position(from).limit(to));
    }
    return this;
  }

  /** Adds all bytes of an array. */
  public Crc32c add(byte[] bytes) {
    crc.update(bytes, 0, bytes.length);
    return this;
  }

  /** Returns the CRC state. */
  public int value() {
    return ~(int) crc.getValue();
  }

  /**
   * Returns a little-endian number of four bytes. If the caller stores it at index {@code at}, the
   * CRC state after byte {@code end - 1} is {@code wanted}. The current content of these four bytes
   * does not matter.
   *
   * @param register the CRC state before byte {@code from}
   */
  static int patch(ByteBuffer bytes, int register, int from, int at, int end, int wanted) {
    int backwards = wanted;
    for (int i = end - 1; i >= at; i--) {
      int index = INDEX_OF_TOP_BYTE[backwards >>> 24];
      int value = i >= at + Integer.BYTES ? bytes.get(i) & 0xFF : 0;
      backwards = ((backwards ^ TABLE[index]) << 8) | (index ^ value);
    }
    return backwards ^ from(register).add(bytes, from, at).value();
  }

  private static int prefix(int seed) {
    int register = seed;
    for (int i = 0; i < 4; i++) {
      int index = INDEX_OF_TOP_BYTE[register >>> 24];
      register = ((register ^ TABLE[index]) << 8) | index;
    }
    return ~register;
  }
}
