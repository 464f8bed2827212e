package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R39: two operations started at once run one after the other. Each checks the file when its turn
 * comes.
 */
class R39TwoOperationsTest extends RaceTest {
  @Test
  void rangeThatIsGone_isRefusedWhenItIsItsTurn() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop first = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running truncate = new RaceFixture.Running(() -> race.truncate(30));
      first.await();
      // The range is valid now, but no longer when its turn comes.
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      assertThat(collapse.isBlocked()).isTrue();
      first.release();
      truncate.join();
      assertThatThrownBy(collapse::join).hasMessageContaining("end of the file");
      race.finish("R39");
    }
  }
}
