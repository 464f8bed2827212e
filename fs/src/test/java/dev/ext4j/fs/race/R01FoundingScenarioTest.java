package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.status.ExtentStatusTree.Known;
import org.junit.jupiter.api.Test;

/**
 * R1: a punch gives up the tree lock to restart, and a page directly after the hole is written
 * back. Writeback has to look up the block in a leaf that still shows the extents to be removed.
 */
class R01FoundingScenarioTest extends RaceTest {
  private static Seen run(RaceFixture race) throws Exception {
    return writeBackInBetween(race, HOLE, 0, HOLE, () -> race.punch(0, HOLE));
  }

  @Test
  void writebackBesideTheHole_notesNothingOfIt() throws Exception {
    try (RaceFixture race = plain()) {
      Seen seen = run(race);
      assertThat(seen.atRestart()).isEmpty();
      assertThat(seen.atEnd()).isEmpty();
      Known hole = race.f().status().lookup(0);
      assertThat(hole).isNotNull();
      assertThat(hole.mapping().state()).isEqualTo(State.HOLE);
      assertThat(hole.mapping().logicalEnd()).isGreaterThanOrEqualTo(HOLE);
      race.finish("R1");
    }
  }

  @Test
  void bulkCaching_staleEntriesAreOverwrittenByTheHole() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.NO_BULK_CACHING)) {
      Seen seen = run(race);
      assertThat(seen.atRestart()).as("stale entries in the hole").isNotEmpty();
      assertThat(seen.atEnd()).isEmpty();
      race.finish("R1, bulk caching");
    }
  }

  @Test
  void noFinalHole_nothingIsThereThatItWouldOverwrite() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.FINAL_STATUS)) {
      Seen seen = run(race);
      assertThat(seen.atRestart()).isEmpty();
      assertThat(seen.atEnd()).isEmpty();
      race.finish("R1, no final hole");
    }
  }

  @Test
  void neitherSafeguard_theHoleShowsBlocksOfAnotherFile() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal bulk = race.lab().without(Safeguard.NO_BULK_CACHING);
        Laboratory.Removal without = race.lab().without(Safeguard.FINAL_STATUS)) {
      Seen seen = run(race);
      assertThat(seen.atEnd()).as("entries that point to freed blocks").isNotEmpty();
      assertThat(violated(race, race.f())).as("the checker").anyMatch(v -> v.startsWith("I1"));
      Mapping stale = seen.atEnd().get(0);
      race.giveAway(stale.physicalBlock(), 0x5A);
      assertThat(race.read(race.f(), stale.logicalBlock()))
          .as("what the hole shows")
          .isEqualTo(0x5A);
    }
  }
}
