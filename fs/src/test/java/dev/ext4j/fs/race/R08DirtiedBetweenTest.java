package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R8: a page of the hole is made dirty after it was flushed and before the locks are taken, or
 * after it was dropped.
 */
class R08DirtiedBetweenTest extends RaceTest {
  @Test
  void storeBeforeTheLocks_isDroppedWithThePage() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop locked = stops.at(SyncPoint.OP_LOCKED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      locked.await();
      race.store(race.f(), 2, 9); // a page with a block
      race.store(race.f(), 3, 9); // a page with a delayed block
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      locked.release();
      evicted.await();
      assertThat(race.volume().pages().of(race.f()).find(2)).isNull();
      assertThat(race.volume().pages().of(race.f()).find(3)).isNull();
      evicted.release();
      punch.join();
      assertThat(race.read(race.f(), 2)).isZero();
      assertThat(race.read(race.f(), 3)).isZero();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R8");
    }
  }

  @Test
  void noInvalidateLock_aDirtyPageHasNoPlaceToGo() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab());
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal without = race.lab().without(Safeguard.INVALIDATE_LOCK)) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_HANDLE);
      RaceFixture.Running read = new RaceFixture.Running(() -> race.read(race.f(), 2));
      read.join();
      race.dirty(race.f(), 2, 8);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      evicted.await();
      Page late = race.volume().pages().of(race.f()).lockOrAdd(2);
      late.setFilled();
      late.setDirty();
      late.unlock();
      evicted.release();
      punch.join();
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I3"));
      assertThatThrownBy(() -> race.writeBack(race.f(), 2)).isInstanceOf(ProtocolException.class);
    }
  }
}
