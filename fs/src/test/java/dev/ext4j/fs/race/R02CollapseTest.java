package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import org.junit.jupiter.api.Test;

/**
 * R2: a page before a range that is collapsed is written back while the range is being removed.
 * Writeback loads extents beyond the range that are going to move.
 */
class R02CollapseTest extends RaceTest {
  private static void run(RaceFixture race) throws Exception {
    writeBackInBetween(race, 0, 20, 40, () -> race.collapse(20, 20));
  }

  @Test
  void writebackBeforeTheRange_mapsAsTheDisk() throws Exception {
    try (RaceFixture race = plain()) {
      run(race);
      for (long block = 0; block < 100; block++) {
        assertThat(known(race, block)).isEqualTo(onDisk(race, block));
      }
      race.finish("R2");
    }
  }

  @Test
  void neitherSafeguard_whatMovedIsReadFromWhereItWas() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal bulk = race.lab().without(Safeguard.NO_BULK_CACHING);
        Laboratory.Removal without = race.lab().without(Safeguard.FINAL_STATUS)) {
      run(race);
      assertThat(known(race, 20)).isNotEqualTo(onDisk(race, 20));
    }
  }
}
