package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R39: two operations at once come one after the other, and each looks at the file when it is its
 * turn.
 */
class R39TwoOperationsTest extends RaceTest {
  @Test
  void rangeThatIsGone_isRefusedWhenItIsItsTurn() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops()) {
      Stops.Stop first = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running truncate = new RaceFixture.Running(() -> race.truncate(30));
      first.await();
      // In range now, but no longer when it is its turn.
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      assertThat(collapse.isBlocked()).isTrue();
      first.release();
      truncate.join();
      assertThatThrownBy(collapse::join).hasMessageContaining("end of the file");
      race.finish("R39");
    }
  }
}
