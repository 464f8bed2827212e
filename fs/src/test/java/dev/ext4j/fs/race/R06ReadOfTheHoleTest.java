package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R6: a read finds no page in the hole, after its pages were dropped and before its blocks are
 * removed. The invalidate lock makes the read wait. Without it, the read brings back the old
 * content.
 */
class R06ReadOfTheHoleTest extends RaceTest {
  @Test
  void readOfTheHole_waitsAndFindsZeros() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      evicted.await();
      AtomicLong value = new AtomicLong(-1);
      RaceFixture.Running read = new RaceFixture.Running(() -> value.set(race.read(race.f(), 2)));
      RaceFixture.Running store = new RaceFixture.Running(() -> race.store(race.f(), 4, 9));
      assertThat(read.isBlocked()).isTrue();
      assertThat(store.isBlocked()).isTrue();
      evicted.release();
      punch.join();
      read.join();
      store.join();
      assertThat(value.get()).isZero();
      assertThat(race.read(race.f(), 4)).as("stored after the hole").isEqualTo(9);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R6");
    }
  }

  @Test
  void noInvalidateLock_theHoleShowsWhatWasThere() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab());
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal without = race.lab().without(Safeguard.INVALIDATE_LOCK)) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      evicted.await();
      int before = race.read(race.f(), 2);
      evicted.release();
      punch.join();
      assertThat(before).isNotZero();
      assertThat(race.read(race.f(), 2)).as("a page that nobody drops").isEqualTo(before);
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I10"));
    }
  }
}
