package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import org.junit.jupiter.api.Test;

/**
 * R3: the same race with other operations. With a truncation, writeback loads extents beyond the
 * new end. With an insertion, it loads extents that are going to move up.
 */
class R03TruncateAndInsertTest extends RaceTest {
  @Test
  void truncate_writebackBelowTheEnd_notesNothingBehindIt() throws Exception {
    try (RaceFixture race = plain()) {
      Seen seen = writeBackInBetween(race, 38, 40, Long.MAX_VALUE, () -> race.truncate(40));
      assertThat(seen.atRestart()).isEmpty();
      assertThat(seen.atEnd()).isEmpty();
      race.finish("R3");
    }
  }

  @Test
  void truncate_neitherSafeguard_freedBlocksStayMapped() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal bulk = race.lab().without(Safeguard.NO_BULK_CACHING);
        Laboratory.Removal without = race.lab().without(Safeguard.FINAL_STATUS)) {
      Seen seen = writeBackInBetween(race, 38, 40, Long.MAX_VALUE, () -> race.truncate(40));
      assertThat(seen.atEnd()).isNotEmpty();
    }
  }

  @Test
  void insert_writebackBeforeTheGap_mapsAsTheDisk() throws Exception {
    try (RaceFixture race = plain()) {
      writeBackInBetween(race, 0, 20, Long.MAX_VALUE, () -> race.insert(20, 6));
      assertThat(violated(race, race.f())).isEmpty();
      for (long block = 0; block < 100; block++) {
        assertThat(known(race, block)).isEqualTo(onDisk(race, block));
      }
      race.finish("R3, insert");
    }
  }

  @Test
  void insert_neitherSafeguard_whatMovedIsKnownWhereItWas() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal bulk = race.lab().without(Safeguard.NO_BULK_CACHING);
        Laboratory.Removal without = race.lab().without(Safeguard.FINAL_STATUS)) {
      writeBackInBetween(race, 0, 20, Long.MAX_VALUE, () -> race.insert(20, 6));
      assertThat(violated(race, race.f())).anyMatch(v -> v.startsWith("I1"));
    }
  }
}
