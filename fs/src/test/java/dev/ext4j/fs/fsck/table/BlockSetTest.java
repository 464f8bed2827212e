package dev.ext4j.fs.fsck.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.check.SuperblockSearch;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockSetTest {
  static LongStream seeds() {
    return Seeds.of(4);
  }

  static Geometry geometry() throws IOException {
    return new SuperblockSearch(SampleDisk.make(), new ProblemLog(1))
        .find(FsckOptions.at(0))
        .geometry();
  }

  /**
   * A set of blocks of one file system, the set of repeated blocks, and the range of all blocks.
   */
  private record Sets(BlockSet set, BlockSet repeated, long first, long count) {
    static Sets of(long budget) throws IOException {
      Geometry geometry = geometry();
      Memory memory = new Memory(budget);
      long first = geometry.firstDataBlock();
      return new Sets(
          new BlockSet(geometry, memory),
          new BlockSet(geometry, memory),
          first,
          geometry.blockCount() - first);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void runsOfAnyLength_equalASetOfBits(long seed) throws IOException {
    Geometry geometry = geometry();
    Random random = new Random(seed);
    Memory memory = new Memory(seed % 2 == 0 ? 0 : 1 << 20);
    BlockSet set = new BlockSet(geometry, memory);
    BlockSet repeated = new BlockSet(geometry, memory);
    BitSet model = new BitSet();
    BitSet modelRepeated = new BitSet();
    int blocks = (int) geometry.blockCount();
    int lowest = (int) geometry.firstDataBlock();
    for (int step = 0; step < 300; step++) {
      int first = lowest + random.nextInt(blocks - lowest);
      int count = 1 + random.nextInt(Math.min(1 << random.nextInt(12), blocks - first));
      BitSet before = model.get(first, first + count);
      assertThat(set.add(first, count, repeated)).isEqualTo(before.cardinality());
      before.stream().forEach(bit -> modelRepeated.set(first + bit));
      model.set(first, first + count);
      int asked = lowest + random.nextInt(blocks - lowest);
      assertThat(set.contains(asked)).isEqualTo(model.get(asked));
      int length = 1 + random.nextInt(blocks - asked);
      assertThat(set.countIn(asked, length))
          .isEqualTo(model.get(asked, asked + length).cardinality());
      int next = modelRepeated.nextSetBit(asked);
      assertThat(repeated.firstIn(asked, blocks - asked)).isEqualTo(next);
    }
    Bitmap bits = new Bitmap(geometry.blockSize());
    int counted = 0;
    for (int group = 0; group < geometry.groupCount(); group++) {
      set.copyTo(group, bits.words());
      counted += bits.count();
    }
    assertThat(counted).isEqualTo(model.cardinality());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void twoThreads_loseNothingAndSeeEachRepetitionOnce(int budget) throws IOException {
    Sets sets = Sets.of(budget);
    BlockSet set = sets.set();
    BlockSet repeated = sets.repeated();
    long first = sets.first();
    long count = sets.count();
    long[] before = new long[2];
    Workers.run(
        List.of(
            () -> before[0] = addSingly(set, repeated, first, count),
            () -> before[1] = addSingly(set, repeated, first, count)));
    assertThat(before[0] + before[1]).isEqualTo(count);
    assertThat(repeated.firstIn(first, count)).isEqualTo(first);
    assertThat(repeated.countIn(first, count)).isEqualTo(count);
    assertThat(set.countIn(first, count)).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void twoThreadsThatAddEverySecondBlock_haveAll(int budget) throws IOException {
    Sets sets = Sets.of(budget);
    BlockSet set = sets.set();
    BlockSet repeated = sets.repeated();
    long first = sets.first();
    long count = sets.count();
    Workers.run(
        List.of(
            () -> addEverySecond(set, repeated, first, count),
            () -> addEverySecond(set, repeated, first + 1, count - 1)));
    assertThat(set.countIn(first, count)).isEqualTo(count);
    assertThat(repeated.isEmpty()).isTrue();
  }

  private static void addEverySecond(BlockSet set, BlockSet repeated, long first, long count) {
    for (long block = first; block < first + count; block += 2) {
      assertThat(set.add(block, 1, repeated)).isZero();
    }
  }

  private static long addSingly(BlockSet set, BlockSet repeated, long first, long count) {
    long before = 0;
    for (long block = first; block < first + count; block++) {
      before += set.add(block, 1, repeated);
    }
    return before;
  }

  @Test
  void nothing_isEmptyAndTakesNoGroup() throws IOException {
    BlockSet set = new BlockSet(geometry(), new Memory(0));
    assertThat(set.isEmpty()).isTrue();
    assertThat(set.countIn(geometry().firstDataBlock(), 1)).isZero();
    set.add(geometry().firstDataBlock(), 1, null);
    assertThat(set.isEmpty()).isFalse();
  }
}
