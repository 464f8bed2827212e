package dev.ext4j.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UtcTimeTest {
  @Test
  void nanoseconds_anyTime_isWhatTheLibrarySays() {
    DateTimeFormatter formatter =
        DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn xx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    Random random = new Random(11);
    for (int i = 0; i < 10_000; i++) {
      // The range of an inode's timestamps: 34 bits of seconds, starting in 1901.
      long second = Integer.MIN_VALUE + (random.nextLong() >>> 30);
      Instant time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
      assertThat(UtcTime.nanoseconds(time)).isEqualTo(formatter.format(time));
      assertThat(UtcTime.seconds(time)).hasSize(UtcTime.SECONDS_WIDTH);
    }
  }
}
