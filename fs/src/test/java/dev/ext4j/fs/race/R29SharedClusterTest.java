package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * R29: a hole frees the cluster that delayed blocks next to it were to use. Space is promised to
 * them again.
 */
class R29SharedClusterTest extends RaceTest {
  /** Makes a cluster with blocks 0 to 3 allocated and blocks 8 and 9 delayed. */
  private static void prepareSharedCluster(RaceFixture race) throws IOException {
    race.content(race.g()).writeDirect(0, ByteBuffer.allocate(4 * BLOCK));
    race.volume().journal().commit();
    race.dirty(race.g(), 8, 7);
    race.dirty(race.g(), 9, 7);
    assertThat(race.g().reservedClusters().get()).isZero();
    assertThat(race.g().status().pendingClusters()).containsExactly(0L);
  }

  @Test
  void holeBesideDelayedBlocks_spaceIsPromisedAgain() throws Exception {
    try (RaceFixture race = clusters()) {
      prepareSharedCluster(race);
      race.punch(race.g(), 0, 4);
      assertThat(race.g().reservedClusters().get()).isEqualTo(1);
      assertThat(race.g().status().pendingClusters()).isEmpty();
      race.writeBack(race.g(), 8);
      assertThat(race.g().reservedClusters().get()).isZero();
      assertThat(race.volume().allocator().promisedClusters()).isZero();
      race.finish("R29");
    }
  }

  @Test
  void notPromisedAgain_delayedBlocksHaveNoSpace() throws Exception {
    try (RaceFixture race = clusters();
        Laboratory.Removal without = race.lab().without(Safeguard.RESERVED_ANEW)) {
      prepareSharedCluster(race);
      race.punch(race.g(), 0, 4);
      assertThat(race.g().status().hasDelayedIn(0)).isTrue();
      assertThat(race.volume().allocator().promisedClusters()).as("promised").isZero();
      assertThat(violated(race, race.g())).anyMatch(v -> v.startsWith("I5"));
    }
  }
}
