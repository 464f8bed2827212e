package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of the times of commits without a request. */
class CommitPolicyTest {
  private final CommitPolicy policy = new CommitPolicy(Duration.ofSeconds(5));

  private long millisLeft(long now, long first, long last) {
    return TimeUnit.NANOSECONDS.toMillis(
        policy.nanosLeft(millis(now), millis(first), millis(last)));
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }

  @Test
  void nothingMoreChanges_isCommittedAfterAShortTime() {
    assertThat(millisLeft(100, 100, 100)).isEqualTo(200);
    assertThat(millisLeft(250, 100, 100)).isEqualTo(50);
    assertThat(millisLeft(300, 100, 100)).isZero();
    assertThat(millisLeft(9000, 100, 8000)).isNegative();
  }

  @Test
  void changesGoOn_areCommittedAfterTheInterval() {
    assertThat(millisLeft(4000, 0, 3990)).isEqualTo(190);
    assertThat(millisLeft(4900, 0, 4899)).isEqualTo(100);
    assertThat(millisLeft(5000, 0, 5000)).isZero();
  }

  @Test
  void timesThatOverflow_areCompared() {
    long nearEnd = Long.MAX_VALUE - 5;
    assertThat(policy.nanosLeft(nearEnd + 10, nearEnd, nearEnd)).isEqualTo(millis(200) - 10);
  }

  @Test
  void intervalShorterThanTheIdleTime_counts() {
    assertThat(new CommitPolicy(Duration.ofMillis(30)).nanosLeft(0, 0, 0)).isEqualTo(millis(30));
  }
}
