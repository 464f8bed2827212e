package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import org.junit.jupiter.api.Test;

/**
 * R30: an unwritten block is never delayed as well. A write over it needs no space, and the blocks
 * that it does not cover stay unwritten.
 */
class R30DelayedAndUnwrittenTest extends RaceTest {
  @Test
  void writeOverPreallocatedBlocks_delaysNothing() throws Exception {
    try (RaceFixture race = plain()) {
      race.allocate(race.g(), 0, 8);
      race.truncateOf(race.g(), 8L * BLOCK);
      race.dirty(race.g(), 3, 7);
      assertThat(race.g().status().nextDelayed(0, 8)).isNull();
      assertThat(race.g().reservedClusters().get()).isZero();
      race.writeBack(race.g(), 3);
      Mapping written = race.mapper(race.g()).extents().lookup(3);
      assertThat(written.state()).isEqualTo(State.WRITTEN);
      assertThat(written.blockCount()).isEqualTo(1);
      assertThat(race.mapper(race.g()).extents().lookup(4).state()).isEqualTo(State.UNWRITTEN);
      assertThat(race.read(race.g(), 3)).isEqualTo(7);
      assertThat(race.read(race.g(), 4)).isZero();
      assertThat(violated(race, race.g())).isEmpty();
      race.finish("R30");
    }
  }
}
