package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R14: a write fault has seen a hole, and the range is preallocated before the fault notes a
 * delayed block. Here the invalidate lock keeps the two apart. A second lookup under the tree lock
 * would find the new blocks.
 */
class R14FaultBesidePreallocationTest extends RaceTest {
  private static void run(RaceFixture race, boolean waits) throws Exception {
    try (Stops stops = new Stops(race.lab())) {
      Stops.Stop seen = stops.at(SyncPoint.DA_LOOKUP_HOLE);
      RaceFixture.Running store = new RaceFixture.Running(() -> race.store(race.f(), 1, 9));
      seen.await();
      RaceFixture.Running allocate =
          new RaceFixture.Running(() -> race.allocateWithoutPages(race.f(), 0, 10, waits));
      if (waits) {
        assertThat(allocate.isBlocked()).isTrue();
      } else {
        allocate.join();
      }
      seen.release();
      store.join();
      allocate.join();
    }
  }

  @Test
  void preallocation_waitsForTheFault() throws Exception {
    try (RaceFixture race = plain()) {
      run(race, true);
      assertThat(race.read(race.f(), 1)).isEqualTo(9);
      assertThat(race.f().reservedClusters().get()).isZero();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R14");
    }
  }

  @Test
  void noInvalidateLock_theSecondLookSeesIt() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal without = race.lab().without(Safeguard.INVALIDATE_LOCK)) {
      run(race, false);
      assertThat(race.f().status().nextDelayed(0, 10)).isNull();
      assertThat(race.f().reservedClusters().get()).isZero();
      race.writeBack(race.f(), 1);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R14, second look");
    }
  }

  @Test
  void neither_aDelayedBlockHidesAnAllocatedOne() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal lock = race.lab().without(Safeguard.INVALIDATE_LOCK);
        Laboratory.Removal without = race.lab().without(Safeguard.DELAYED_LOOKS_AGAIN)) {
      run(race, false);
      assertThat(race.f().status().nextDelayed(0, 10)).isNotNull();
      assertThat(race.f().reservedClusters().get()).as("promised for nothing").isEqualTo(1);
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I1"));
    }
  }
}
