package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R37: entries of the status tree are dropped at each sync point of each operation. Operations rely
 * on delayed entries only, which are never dropped.
 */
class R37ReclaimAnywhereTest extends RaceTest {
  @Test
  void reclaimAtEachPoint_changesNothing() throws Exception {
    try (RaceFixture race = plain()) {
      AtomicLong points = new AtomicLong();
      race.lab()
          .stopAt(
              (point, inode, detail) -> {
                points.incrementAndGet();
                race.mount().statusMemory().reclaim(Long.MAX_VALUE);
              });
      try {
        race.dirty(race.f(), 1, 7);
        race.dirty(race.f(), 61, 7);
        race.dirty(race.f(), 130, 8);
        restartOnce(race);
        race.punch(0, HOLE);
        assertThat(race.f().status().nextDelayed(60, 62)).as("delayed beside it").isNotNull();
        race.collapse(62, 4);
        race.insert(64, 4);
        race.allocate(race.f(), 70, 20);
        race.store(race.f(), 75, 9);
        race.truncate(140);
        race.content(race.f()).force();
      } finally {
        race.lab().stopAt(null);
      }
      assertThat(points.get()).isGreaterThan(50);
      assertThat(race.read(race.f(), 61)).isEqualTo(7);
      assertThat(race.read(race.f(), 75)).isEqualTo(9);
      assertThat(race.read(race.f(), 130)).isEqualTo(8);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R37");
    }
  }
}
