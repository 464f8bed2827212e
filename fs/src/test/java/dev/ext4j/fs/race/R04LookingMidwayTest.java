package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R4 and R38: a thread seeks holes or loads the whole mapping while a punch is half done. It takes
 * the inode lock, and so waits for the punch. Without the lock it would see half of the hole, and
 * note it.
 */
class R04LookingMidwayTest extends RaceTest {
  @Test
  void whoLooksAtTheMapping_waitsForTheHole() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      restartOnce(race);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      dropped.await();
      AtomicLong data = new AtomicLong(-1);
      RaceFixture.Running seek =
          new RaceFixture.Running(() -> data.set(race.content(race.f()).seekData(0)));
      RaceFixture.Running precache =
          new RaceFixture.Running(
              () -> {
                try (RankedLock.Held lock = race.f().locks().inode().shared()) {
                  race.mapper(race.f()).precache();
                }
              });
      assertThat(seek.isBlocked()).isTrue();
      assertThat(precache.isBlocked()).isTrue();
      dropped.release();
      punch.join();
      seek.join();
      precache.join();
      assertThat(data.get()).as("as after the hole").isEqualTo(HOLE * BLOCK);
      assertThat(knownAllocated(race, 0, HOLE)).isEmpty();
      race.finish("R4");
    }
  }

  @Test
  void noLock_isRefused() throws Exception {
    try (RaceFixture race = plain()) {
      assertThatThrownBy(() -> race.mapper(race.f()).precache())
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void noLockAndNoCheck_staleEntriesAreNoted() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal context = race.lab().without(Safeguard.MAPPING_CONTEXT);
        Laboratory.Removal bulk = race.lab().without(Safeguard.NO_BULK_CACHING);
        Laboratory.Removal status = race.lab().without(Safeguard.FINAL_STATUS);
        Stops stops = new Stops(race.lab())) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      restartOnce(race);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      dropped.await();
      race.mapper(race.f()).precache();
      dropped.release();
      punch.join();
      assertThat(knownAllocated(race, 0, HOLE)).as("of the hole").isNotEmpty();
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I1"));
    }
  }
}
