package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R15: writeback is about to allocate a long run of delayed blocks, of which it holds only the
 * first page, and a hole takes the others. Writeback allocates blocks only for the pages that it
 * has locked, and looks them up again under the tree lock.
 */
class R15AllocationBeyondPagesTest extends RaceTest {
  @Test
  void holeBehindTheLockedPage_staysEmpty() throws Exception {
    for (boolean holeFirst : new boolean[] {true, false}) {
      try (RaceFixture race = plain();
          Stops stops = new Stops(race.lab())) {
        for (long block = 0; block < 12; block++) {
          race.dirty(race.g(), block, 7);
        }
        Stops.Stop lookup = stops.at(SyncPoint.WB_LOOKUP);
        Stops.Stop mapped = stops.at(SyncPoint.WB_MAPPED);
        RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.g(), 0));
        lookup.await();
        if (holeFirst) {
          race.punch(race.g(), 4, 8);
        }
        lookup.release();
        mapped.await();
        if (!holeFirst) {
          race.punch(race.g(), 4, 8);
        }
        mapped.release();
        writeback.join();
        Mapping hole = race.mapper(race.g()).extents().lookup(4);
        assertThat(hole.state()).isEqualTo(State.HOLE);
        assertThat(hole.blockCount()).isGreaterThanOrEqualTo(8);
        assertThat(race.g().reservedClusters().get()).as("blocks 1 to 3").isEqualTo(3);
        assertThat(violated(race, race.g())).isEmpty();
        race.finish("R15");
      }
    }
  }
}
