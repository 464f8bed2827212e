package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R5: a write ends and its blocks are converted, while a hole next to them is half done. The
 * conversion walks the same leaf, and must not note the other extents in it.
 */
class R05CompletionTest extends RaceTest {
  @Test
  void conversionBesideTheHole_notesItsOwnBlocksOnly() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      long beside = HOLE + 1; // a hole of the file, so its new block is unwritten first
      race.dirty(race.f(), beside, 7);
      Stops.Stop done = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback =
          new RaceFixture.Running(() -> race.writeBack(race.f(), beside));
      done.await();
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      Stops.Stop restarted = stops.at(SyncPoint.RM_RESTARTED);
      restartOnce(race);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      dropped.await();
      race.forgetAll();
      done.release(); // the conversion needs a handle, which the punch gives up in its restart
      dropped.release();
      restarted.await();
      assertThat(knownAllocated(race, 0, HOLE)).isEmpty();
      restarted.release();
      writeback.join();
      punch.join();
      assertThat(onDisk(race, beside).state()).isEqualTo(State.WRITTEN);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R5");
    }
  }
}
