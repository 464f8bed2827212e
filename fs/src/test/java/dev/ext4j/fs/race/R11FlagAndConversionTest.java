package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R11: a page is no longer marked as being written, but its block is not yet converted to written.
 * A hole may be punched in between.
 */
class R11FlagAndConversionTest extends RaceTest {
  @Test
  void conversion_isDoneBeforeThePageMayGo() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      race.dirty(race.f(), 1, 7); // a hole, so its new block is unwritten first
      Stops.Stop done = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 1));
      done.await();
      Stops.Stop evicted = stops.note(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      assertThat(punch.isBlocked()).isTrue();
      assertThat(evicted.isReached()).isFalse();
      done.release();
      writeback.join();
      punch.join();
      assertThat(onDisk(race, 1).state()).isEqualTo(State.HOLE);
      race.finish("R11");
    }
  }

  @Test
  void flagClearedBefore_conversionFindsAHole() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab());
        Laboratory.Removal without = race.lab().without(Safeguard.FLAG_UNTIL_CONVERTED)) {
      race.dirty(race.f(), 1, 7);
      Stops.Stop between = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 1));
      between.await();
      race.punch(0, HOLE);
      between.release();
      assertThatThrownBy(writeback::join).isInstanceOf(CorruptionException.class);
    }
  }
}
