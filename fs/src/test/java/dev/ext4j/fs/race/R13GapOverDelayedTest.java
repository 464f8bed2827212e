package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R13: a reader has found a gap and is about to note it, when a delayed block is written into the
 * gap. Two safeguards keep the note from replacing the block. Each alone is enough.
 */
class R13GapOverDelayedTest extends RaceTest {
  /**
   * Reads one block of the gap and writes another, so that the page being read does not block the
   * write.
   */
  private static void runBeside(RaceFixture race, boolean waits) throws Exception {
    race.punch(100, 8);
    race.forgetAll();
    try (Stops stops = new Stops(race.lab())) {
      Stops.Stop found = stops.at(SyncPoint.MAP_GAP_FOUND);
      RaceFixture.Running read = new RaceFixture.Running(() -> race.read(race.f(), 101));
      found.await();
      Stops.Stop inserted = stops.note(SyncPoint.DA_INSERTED);
      RaceFixture.Running write = new RaceFixture.Running(() -> race.dirty(race.f(), 105, 7));
      if (waits) {
        assertThat(write.isBlocked()).isTrue();
        assertThat(inserted.isReached()).isFalse();
      } else {
        inserted.await();
      }
      found.release();
      read.join();
      write.join();
    }
  }

  @Test
  void delayedWrite_waitsForWhoNotesAGap() throws Exception {
    try (RaceFixture race = plain()) {
      runBeside(race, true);
      race.writeBack(race.f(), 105);
      assertThat(race.f().reservedClusters().get()).isZero();
      assertThat(onDisk(race, 105).state()).isEqualTo(State.WRITTEN);
      race.finish("R13");
    }
  }

  @Test
  void sharedLock_theNoteLeavesTheBlockAlone() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.DELAYED_EXCLUSIVE)) {
      runBeside(race, false);
      assertThat(race.f().status().nextDelayed(105, 106)).isNotNull();
      race.writeBack(race.f(), 105);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R13, shared lock");
    }
  }

  @Test
  void neither_theBlockIsForgotten() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal shared = race.lab().without(Safeguard.DELAYED_EXCLUSIVE);
        Laboratory.Removal without = race.lab().without(Safeguard.CACHE_KEEPS_DELAYED)) {
      runBeside(race, false);
      assertThat(race.f().status().nextDelayed(105, 106)).as("delayed").isNull();
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I3"));
      assertThatThrownBy(() -> race.writeBack(race.f(), 105)).isInstanceOf(ProtocolException.class);
    }
  }
}
