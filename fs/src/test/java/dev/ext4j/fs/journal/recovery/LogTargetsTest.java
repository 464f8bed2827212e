package dev.ext4j.fs.journal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that the seeds of the fuzz targets for logs hold transactions and records. */
class LogTargetsTest {
  @Test
  void seeds_ofFastCommits_count() throws IOException {
    for (byte[] seed : LogTargets.fastCommitSeeds()) {
      assertThat(LogTargets.records(seed)).isEqualTo(6);
    }
  }

  @Test
  void seeds_ofLogs_haveTransactionsWhateverTheFeatures() throws IOException {
    List<byte[]> seeds = LogTargets.logSeeds();
    int sound = 0;
    for (byte[] seed : seeds) {
      sound += LogTargets.transactions(seed) > 0 ? 1 : 0;
    }
    assertThat(sound).isGreaterThanOrEqualTo(seeds.size() / 2);
  }
}
