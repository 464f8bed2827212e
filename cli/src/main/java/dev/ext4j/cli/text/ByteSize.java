package dev.ext4j.cli.text;

/**
 * A number of bytes as users write it. The number is decimal, or hexadecimal with 0x. The unit is
 * one of these, or bytes if there is none:
 *
 * <ul>
 *   <li>K, M, G, T, P, E, or KiB, MiB and so on: powers of 1024,
 *   <li>KB, MB, GB, TB, PB, EB: powers of 1000,
 *   <li>{@code s}: sectors of 512 bytes,
 *   <li>{@code b}: blocks of the file system.
 * </ul>
 *
 * <p>A hexadecimal number has no unit. Several numbers can be joined by {@code +}. Blocks are
 * converted to bytes once the file system is open and its block size is known.
 */
public final class ByteSize {
  private static final String UNITS = "KMGTPE";
  private static final int SECTOR = 512;

  private final String text;
  private final long bytes;
  private final long blocks;

  private ByteSize(String text, long bytes, long blocks) {
    this.text = text;
    this.bytes = bytes;
    this.blocks = blocks;
  }

  /** Parses a size. */
  public static ByteSize parse(String text) throws UsageException {
    long bytes = 0;
    long blocks = 0;
    int start = 0;
    try {
      while (true) {
        int plus = text.indexOf('+', start);
        String term = text.substring(start, plus < 0 ? text.length() : plus);
        if (isDecimal(term, term.length() - 1) && term.endsWith("b")) {
          long count = Long.parseLong(term.substring(0, term.length() - 1));
          blocks = Math.addExact(blocks, count);
        } else {
          bytes = Math.addExact(bytes, term(text, term));
        }
        if (plus < 0) {
          return new ByteSize(text, bytes, blocks);
        }
        start = plus + 1;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw tooLarge(text);
    }
  }

  private static long term(String text, String term) throws UsageException {
    if (term.startsWith("0x") || term.startsWith("0X")) {
      return hex(text, term);
    }
    int digits = 0;
    while (digits < term.length() && isDigit(term.charAt(digits))) {
      digits++;
    }
    if (digits == 0) {
      throw notASize(text);
    }
    long unit = unit(term.substring(digits));
    if (unit == 0) {
      throw notASize(text);
    }
    return Math.multiplyExact(Long.parseLong(term.substring(0, digits)), unit);
  }

  private static long hex(String text, String term) throws UsageException {
    if (term.length() == 2) {
      throw notASize(text);
    }
    for (int i = 2; i < term.length(); i++) {
      if (Character.digit(term.charAt(i), 16) < 0 || term.charAt(i) >= 0x80) {
        throw notASize(text);
      }
    }
    return Long.parseLong(term.substring(2), 16);
  }

  /** Returns the number of bytes of a unit, or 0 if the suffix is not a unit. */
  private static long unit(String suffix) {
    if (suffix.isEmpty()) {
      return 1;
    }
    if (suffix.equals("s")) {
      return SECTOR;
    }
    char letter = suffix.charAt(0);
    int power = UNITS.indexOf(letter == 'k' ? 'K' : letter) + 1;
    if (power == 0) {
      return 0;
    }
    return switch (suffix.substring(1)) {
      case "", "iB" -> 1L << (10 * power);
      case "B" -> pow1000(power);
      default -> 0;
    };
  }

  private static long pow1000(int power) {
    long value = 1;
    for (int i = 0; i < power; i++) {
      value *= 1000;
    }
    return value;
  }

  /** Returns the size in bytes on a file system with blocks of {@code blockSize} bytes. */
  public long bytes(int blockSize) throws UsageException {
    try {
      return Math.addExact(bytes, Math.multiplyExact(blocks, (long) blockSize));
    } catch (ArithmeticException e) {
      throw tooLarge(text);
    }
  }

  /**
   * Returns the size in bytes if no file system is open yet.
   *
   * @throws UsageException if the size contains blocks
   */
  public long bytes() throws UsageException {
    if (blocks != 0) {
      throw new UsageException(
          "'" + text + "': blocks of a file system that is not open yet; give bytes");
    }
    return bytes;
  }

  private static boolean isDecimal(String term, int length) {
    for (int i = 0; i < length; i++) {
      if (!isDigit(term.charAt(i))) {
        return false;
      }
    }
    return length > 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static UsageException notASize(String text) {
    return new UsageException(
        "'"
            + text
            + "' is not a size: want a number with K, M, G, T, P, E, KB, MB, ..., s (sectors) or b"
            + " (blocks), or 0x hex");
  }

  private static UsageException tooLarge(String text) {
    return new UsageException("'" + text + "' is too large");
  }

  @Override
  public String toString() {
    return text;
  }
}
