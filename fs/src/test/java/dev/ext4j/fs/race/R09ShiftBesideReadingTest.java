package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R9: a page is filled while the blocks after a range are moved. Without the lock, it would show
 * the old content for good.
 */
class R09ShiftBesideReadingTest extends RaceTest {
  @Test
  void readBesideACollapse_findsWhatIsThereAfterwards() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      int moved = race.read(race.f(), 40);
      race.volume().pages().dropClean();
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      evicted.await();
      AtomicLong value = new AtomicLong(-1);
      RaceFixture.Running read = new RaceFixture.Running(() -> value.set(race.read(race.f(), 20)));
      assertThat(read.isBlocked()).isTrue();
      evicted.release();
      collapse.join();
      read.join();
      assertThat(value.get()).isEqualTo(moved);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R9");
    }
  }

  @Test
  void noInvalidateLock_thePageShowsWhatWasThereBefore() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab());
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal without = race.lab().without(Safeguard.INVALIDATE_LOCK)) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      evicted.await();
      race.read(race.f(), 20);
      evicted.release();
      collapse.join();
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I10"));
    }
  }
}
