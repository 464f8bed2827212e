package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.file.ZeroRange;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R7: the invalidate lock must be held from the eviction to the last note in the status tree. Other
 * locks may be given up in between.
 */
class R07LockHeldThroughoutTest extends RaceTest {
  private static void require(RaceFixture race, RaceFixture.Work operation) throws Exception {
    AtomicLong seen = new AtomicLong();
    AtomicLong without = new AtomicLong();
    AtomicBoolean between = new AtomicBoolean();
    race.lab()
        .stopAt(
            (point, inode, detail) -> {
              if (point == SyncPoint.OP_UNLOCK) {
                between.set(false);
              }
              if (between.get()) {
                seen.incrementAndGet();
                boolean held =
                    race.f().locks().invalidate().isHeldExclusively()
                        && race.f().locks().inode().isHeldExclusively();
                without.addAndGet(held ? 0 : 1);
              }
              if (point == SyncPoint.OP_INV) {
                between.set(true);
              }
            });
    try {
      restartOnce(race);
      operation.run();
    } finally {
      race.lab().stopAt(null);
    }
    assertThat(seen.get()).as("points in between").isGreaterThan(4);
    assertThat(without.get()).as("points without both locks").isZero();
  }

  @Test
  void eachOperation_holdsBothLocksFromEvictionToItsEnd() throws Exception {
    try (RaceFixture race = plain()) {
      require(race, () -> race.punch(0, HOLE));
      require(race, () -> race.collapse(62, 10));
      require(race, () -> race.insert(70, 3));
      require(race, () -> race.allocate(race.f(), 80, 20));
      require(
          race,
          () ->
              new ZeroRange(
                      race.f(),
                      race.volume(),
                      90 * BLOCK,
                      9 * BLOCK,
                      Size.KEEP,
                      ProgressListener.NONE)
                  .zero());
      require(race, () -> race.truncate(75));
      race.finish("R7");
    }
  }
}
