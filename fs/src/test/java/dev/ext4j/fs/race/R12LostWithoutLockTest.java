package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R12: writeback finds no place for a delayed block and gives it up. Meanwhile another block of the
 * same cluster is written. No space was reserved for it, because the first block had reserved the
 * cluster.
 */
class R12LostWithoutLockTest extends RaceTest {
  private static void run(RaceFixture race, boolean waits) throws Exception {
    race.dirty(race.g(), 8, 7);
    assertThat(race.g().reservedClusters().get()).isEqualTo(1);
    try (Stops stops = new Stops(race.lab())) {
      Stops.Stop reserved = stops.at(SyncPoint.DA_RESERVED);
      RaceFixture.Running write = new RaceFixture.Running(() -> race.dirty(race.g(), 9, 7));
      reserved.await();
      // Damage of the file itself: its content can never be written.
      stops.failAt(
          SyncPoint.WB_LOOKUP,
          new CorruptionException(CorruptionException.Kind.EXTENT_NODE, Stops.FAILURE));
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.g(), 8));
      if (waits) {
        assertThat(writeback.isBlocked()).isTrue();
      } else {
        assertThatThrownBy(writeback::join).hasMessageContaining(Stops.FAILURE);
      }
      reserved.release();
      write.join();
      if (waits) {
        assertThatThrownBy(writeback::join).hasMessageContaining(Stops.FAILURE);
      }
    }
  }

  @Test
  void givenUpUnderTheTreeLock_theOtherBlockHasItsSpace() throws Exception {
    try (RaceFixture race = clusters()) {
      run(race, true);
      assertThat(race.g().status().nextDelayed(8, 9)).isNull();
      assertThat(race.g().reservedClusters().get()).isEqualTo(1);
      race.writeBack(race.g(), 9);
      assertThat(race.g().reservedClusters().get()).isZero();
      assertThatThrownBy(() -> race.content(race.g()).force()).isNotNull();
      assertThat(violated(race, race.g())).isEmpty();
      race.finish("R12");
    }
  }

  @Test
  void givenUpWithoutIt_theOtherBlockHasNone() throws Exception {
    try (RaceFixture race = clusters();
        Laboratory.Removal without = race.lab().without(Safeguard.LOSES_LOCKED)) {
      run(race, false);
      assertThat(race.g().status().hasDelayedIn(0)).isTrue();
      assertThat(race.g().reservedClusters().get()).as("promised").isZero();
      assertThat(violated(race, race.g())).anyMatch(v -> v.startsWith("I5"));
    }
  }
}
