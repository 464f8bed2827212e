package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.file.InsertRange;
import dev.ext4j.fs.file.ZeroRange;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of operations that fail, or that let other threads change the file while they restart. */
class CutOperationTest extends RaceTest {
  private static final int FIRST = 5;
  private static final int WRITTEN = 10;
  private static final int END = 100;

  /** Checks that an operation that fails loses no content written to memory. */
  @Test
  void zeroWithoutSpace_leavesWhatWasWritten() throws Exception {
    try (RaceFixture race = plain()) {
      race.dirty(race.f(), 0, 7);
      assertThatThrownBy(
              () ->
                  new ZeroRange(
                          race.f(), race.volume(), 0, 64L << 20, Size.GROW, ProgressListener.NONE)
                      .zero())
          .isInstanceOf(FileOperationException.class)
          .hasMessageContaining("no free block");
      assertThat(race.read(race.f(), 0)).isEqualTo(7);
      race.finish("a range that was not zeroed");
    }
  }

  @Test
  void holeThatFailsAfterARestart_leavesTheSizeInMemory() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      long end = 2 * RaceFixture.EXTENTS;
      race.dirty(race.f(), end + 60, 7);
      long size = race.f().size();
      restartAt(race, 1);
      stops.failAt(SyncPoint.RM_RESTARTED);
      assertThatThrownBy(() -> race.punch(0, end + 20)).hasMessage(Stops.FAILURE);
      assertThat(race.f().size()).isEqualTo(size);
      assertThat(race.read(race.f(), end + 60)).isEqualTo(7);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("a hole that failed");
    }
  }

  /**
   * Checks that blocks after a hole stay mapped. The hole splits an extent at its end, and a
   * conversion before the hole joins the parts again.
   */
  @Test
  void extentJoinedOverTheEndOfAHole_staysBehindIt() throws Exception {
    for (int restart = 1; restart <= 3; restart++) {
      try (RaceFixture race = plain();
          Stops stops = new Stops(race.lab())) {
        writeBehindUnwritten(race);
        convertInBetween(race, stops, restart, () -> race.punch(race.g(), 20, 30));
        assertThat(onDisk(race, race.g(), 20).isAllocated()).isFalse();
        assertThat(onDisk(race, race.g(), 49).isAllocated()).isFalse();
        for (int block = 50; block < END; block++) {
          assertThat(race.read(race.g(), block)).as("block %d", block).isEqualTo(block);
        }
        requireStart(race, 20);
        race.finish("a hole restarted at " + restart);
      }
    }
  }

  @Test
  void extentJoinedOverTheBeginningOfAnInsertion_isSplitAgain() throws Exception {
    for (int restart = 1; restart <= 2; restart++) {
      try (RaceFixture race = plain();
          Stops stops = new Stops(race.lab())) {
        writeBehindUnwritten(race);
        long at = 50 * RaceFixture.BLOCK;
        long count = 8 * RaceFixture.BLOCK;
        convertInBetween(
            race,
            stops,
            restart,
            () ->
                new InsertRange(race.g(), race.volume(), at, count, ProgressListener.NONE)
                    .insert());
        for (int block = 50; block < END; block++) {
          assertThat(race.read(race.g(), block + 8)).as("block %d", block).isEqualTo(block);
        }
        assertThat(race.read(race.g(), 50)).isZero();
        requireStart(race, 50);
        race.finish("an insertion restarted at " + restart);
      }
    }
  }

  /** Makes one run on the device: unwritten blocks with dirty pages, followed by written blocks. */
  private static void writeBehindUnwritten(RaceFixture race) throws Exception {
    race.allocate(race.g(), FIRST, END - FIRST);
    for (int block = WRITTEN; block < END; block++) {
      race.dirty(race.g(), block, block);
    }
    race.volume().pages().writeAll();
    race.volume().journal().commit();
    for (int block = FIRST; block < WRITTEN; block++) {
      race.dirty(race.g(), block, block);
    }
    assertThat(onDisk(race, race.g(), FIRST).logicalEnd()).isEqualTo(WRITTEN);
    assertThat(onDisk(race, race.g(), WRITTEN).logicalEnd()).isEqualTo(END);
  }

  private static void requireStart(RaceFixture race, int end) throws Exception {
    for (int block = FIRST; block < end; block++) {
      assertThat(race.read(race.g(), block)).as("block %d", block).isEqualTo(block);
    }
    assertThat(violated(race, race.g())).isEmpty();
  }

  private static void restartAt(RaceFixture race, int check) {
    AtomicInteger checks = new AtomicInteger();
    race.lab().limitCredits(() -> checks.incrementAndGet() == check);
  }

  /** Writes pages back and converts their blocks while the restart of an operation commits. */
  private static void convertInBetween(
      RaceFixture race, Stops stops, int restart, RaceFixture.Work operation) throws Exception {
    restartAt(race, restart);
    Stops.Stop dropped = stops.note(SyncPoint.RM_SEM_DROPPED);
    Stops.Stop commit = stops.at(SyncPoint.CM_RECORD);
    RaceFixture.Running running = new RaceFixture.Running(operation);
    commit.await();
    boolean restarted = dropped.isReached(); // otherwise this is the commit at the end
    for (int block = FIRST; block < WRITTEN && restarted; block++) {
      race.writeBack(race.g(), block);
    }
    commit.release();
    running.join();
  }
}
