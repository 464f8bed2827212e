package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * R18: appended content is in memory, and a hole removes the page whose writeback would have raised
 * the size on disk.
 */
class R18SizeBehindAHoleTest extends RaceTest {
  private static long sizeAfterCrash(RaceFixture race) throws IOException {
    race.volume().journal().commit();
    try (Mount recovered = afterCrash(race)) {
      return fileOf(recovered).fields().size();
    }
  }

  @Test
  void appendAndHoleOverTheTail_sizeOutlivesACrash() throws Exception {
    try (RaceFixture race = plain()) {
      long end = race.f().size() / BLOCK + 3;
      race.dirty(race.f(), end - 1, 7);
      race.punch(end - 2, 2);
      assertThat(sizeAfterCrash(race)).isEqualTo(end * BLOCK);
      race.finish("R18");
    }
  }

  @Test
  void sizeNotFollowing_theAppendIsLost() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.SIZE_BEFORE_HOLE)) {
      long end = race.f().size() / BLOCK + 3;
      race.dirty(race.f(), end - 1, 7);
      race.punch(end - 2, 2);
      assertThat(sizeAfterCrash(race)).isLessThan(end * BLOCK);
    }
  }
}
