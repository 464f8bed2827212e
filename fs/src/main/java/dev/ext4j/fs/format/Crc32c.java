package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The crc32c of metadata_csum: the raw register, without the inversion that {@link CRC32C} makes at
 * both ends, and able to start from any register value.
 *
 * <p>The JDK's implementation is a CPU instruction but starts at all ones. To start at another
 * seed, four bytes are fed first that take the register from all ones to the seed; they are found
 * by running the seed backwards through the table.
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

  /** Starts with a register value; all ones where the format names no other seed. */
  public static Crc32c from(int seed) {
    return new Crc32c(seed);
  }

  /** Sums of bytes that follow a seed which never changes; for many of them. */
  public static final class Prefixed {
    private final CRC32C crc = new CRC32C();
    private final byte[] bytes;

    private Prefixed(int seed, byte[] bytes) {
      this.bytes = bytes;
      LittleEndian.putInt(bytes, 0, prefix(seed));
    }

    /** The register behind the seed and the bytes that follow it, {@code end} in all. */
    public int value(int end) {
      crc.reset();
      crc.update(bytes, 0, end);
      return ~(int) crc.getValue();
    }
  }

  /**
   * Sums that start with a register value, which takes the first four bytes of an array; what is
   * summed follows them there.
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

  /** Adds a number of zero bytes. */
  public Crc32c addZeros(int count) {
    for (int i = 0; i < count; i++) {
      crc.update(0);
    }
    return this;
  }

  /** Adds bytes {@code from} to {@code to}, exclusive, of a buffer, whose position is not moved. */
  public Crc32c add(ByteBuffer buffer, int from, int to) {
    if (buffer.hasArray()) {
      crc.update(buffer.array(), buffer.arrayOffset() + from, to - from);
    } else {
      crc.update(buffer.duplicate().position(from).limit(to));
    }
    return this;
  }

  /** Adds bytes. */
  public Crc32c add(byte[] bytes) {
    crc.update(bytes, 0, bytes.length);
    return this;
  }

  /** The register. */
  public int value() {
    return ~(int) crc.getValue();
  }

  /**
   * The four bytes that must stand at {@code at}, instead of what stands there, for the register to
   * have a wanted value behind byte {@code end - 1}; little-endian.
   *
   * @param register value before byte {@code from}
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
