package dev.ext4j.fs.dir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.format.DirectoryHash;
import java.util.ArrayList;
import java.util.List;

/**
 * Names that all have one legacy hash, so long that only four fit in a block of 1 KiB. The last
 * byte is computed. Of 2^24 names tried, about one leads to the wanted hash.
 */
final class LegacyCollisions {
  private static final int FACTOR = 7152373;
  private static final int INVERSE = inverse(FACTOR);
  private static final int START_BEFORE = 0x37ABE8F9;
  private static final int START = 0x12A3FE2D;
  private static final String PREFIX = "p".repeat(195);
  private static final int WANTED = 0x2468ACE0; // any value below 2^31

  private LegacyCollisions() {}

  static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < count; i++) {
      String start = PREFIX + digit(i) + digit(i >> 6) + digit(i >> 12);
      int before = START_BEFORE;
      int state = START;
      for (byte b : start.getBytes(ISO_8859_1)) {
        int next = next(before, state, b);
        before = state;
        state = next;
      }
      for (int j = 0; j < 64 * 64 && names.size() < count; j++) {
        int first = next(before, state, digit(j));
        int second = next(state, first, digit(j >> 6));
        int last = lastByte(first, second);
        if (last > 0) {
          names.add(start + digit(j) + digit(j >> 6) + (char) last);
        }
      }
    }
    DirectoryHash hash = new DirectoryHash(DirectoryHash.Version.LEGACY, false, new byte[16]);
    assertThat(names.stream().map(name -> hash.of(name.getBytes(ISO_8859_1))).distinct())
        .containsExactly((long) WANTED << 1);
    return names;
  }

  private static char digit(int value) {
    return (char) ('0' + (value & 63)); // 0 to o
  }

  private static int next(int before, int state, int b) {
    int next = before + (state ^ (b * FACTOR));
    return next < 0 ? next - Integer.MAX_VALUE : next;
  }

  /** Returns the byte that leads from a state to the wanted hash, or 0 if there is none. */
  private static int lastByte(int before, int state) {
    int b = ((WANTED - before) ^ state) * INVERSE;
    if (b <= 0 || b >= 128) {
      b = ((((WANTED - 1) | Integer.MIN_VALUE) - before) ^ state) * INVERSE;
    }
    return b > 0 && b < 128 && b != '/' ? b : 0;
  }

  /** Returns the number whose product with an odd number is 1, modulo 2^32. */
  private static int inverse(int odd) {
    int inverse = odd;
    for (int i = 0; i < 5; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
