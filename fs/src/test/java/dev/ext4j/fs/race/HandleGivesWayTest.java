package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * Tests that a thread that needs a handle waits for one step of a long operation, not for all of
 * it.
 */
class HandleGivesWayTest extends RaceTest {
  private static final long LAST = 2 * RaceFixture.EXTENTS - 2;

  @Test
  void changeOfAnotherFile_comesBetweenTheStepsOfAHole() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop removed = stops.at(SyncPoint.OP_REMOVED);
      RaceFixture.Running[] both = holeBesideAChange(race, stops);
      removed.await();
      assertThat(race.mapper(race.g()).extents().lookup(3).isAllocated())
          .as("changed before the handle of the hole is closed")
          .isTrue();
      removed.release();
      both[0].join();
      both[1].join();
      assertThat(onDisk(race, 0).isAllocated()).isFalse();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("a handle that gave way");
    }
  }

  @Test
  void holeThatFailsWhenItGaveWay_isThereInPart_andSound() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      stops.failAt(SyncPoint.RM_RESTARTED);
      RaceFixture.Running[] both = holeBesideAChange(race, stops);
      both[1].join();
      assertThatThrownBy(both[0]::join).hasMessage(Stops.FAILURE);
      assertThat(onDisk(race, LAST).isAllocated()).as("removed before it gave way").isFalse();
      assertThat(onDisk(race, 0).isAllocated()).isTrue();
      assertThat(race.read(race.f(), 0)).isNotZero();
      assertThat(race.read(race.f(), LAST)).isZero();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("a handle that gave way and failed");
    }
  }

  /**
   * Starts a punch over two leaves and, when the first leaf is done, a thread that needs a handle.
   */
  private static RaceFixture.Running[] holeBesideAChange(RaceFixture race, Stops stops)
      throws Exception {
    Stops.Stop step = stops.at(SyncPoint.RM_AFTER);
    RaceFixture.Running hole = new RaceFixture.Running(() -> race.punch(0, LAST + 1));
    step.await();
    RaceFixture.Running change = new RaceFixture.Running(() -> race.allocate(race.g(), 0, 4));
    assertThat(change.isBlockedByALock()).isTrue();
    race.letPass(20); // longer than a handle goes on without giving way
    step.release();
    return new RaceFixture.Running[] {hole, change};
  }
}
