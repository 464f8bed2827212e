package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R24: the tree grows while an operation has given up the tree lock. What the operation knew of
 * leaves and levels is no longer valid.
 */
class R24PathAfterTheWindowTest extends RaceTest {
  @Test
  void treeGrowsInTheWindow_theOperationFindsItsWayAnew() throws Exception {
    try (RaceFixture race = plain()) {
      for (long block = 1; block < 20; block += 2) {
        race.dirty(race.f(), block, 7); // holes between extents, each of which gets its own extent
      }
      int moved = race.read(race.f(), 60);
      try (Stops stops = new Stops(race.lab())) {
        Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
        restartOnce(race);
        RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 40));
        dropped.await();
        Stops.Stop lookup = stops.note(SyncPoint.WB_LOOKUP);
        RaceFixture.Running writeback =
            new RaceFixture.Running(
                () -> race.volume().pages().writeBack(race.volume().pages().of(race.f()), 0, 20));
        lookup.await();
        dropped.release();
        collapse.join();
        writeback.join();
      }
      assertThat(race.read(race.f(), 20)).isEqualTo(moved);
      for (long block = 1; block < 20; block += 2) {
        assertThat(race.read(race.f(), block)).isEqualTo(7);
      }
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R24");
    }
  }
}
