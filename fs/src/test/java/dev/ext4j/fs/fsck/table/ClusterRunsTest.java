package dev.ext4j.fs.fsck.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterRunsTest {
  private static final int CLUSTERS = 4096;

  static LongStream seeds() {
    return Seeds.of(8);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void runs_equalASetOfBits(long seed) {
    Random random = new Random(seed);
    int first = random.nextInt(CLUSTERS - 100);
    int[] runs = ClusterRuns.of(first, first + 5);
    BitSet model = new BitSet();
    model.set(first, first + 5);
    for (int step = 0; step < 400; step++) {
      int from = random.nextInt(CLUSTERS);
      int end = Math.min(CLUSTERS, from + 1 + random.nextInt(1 << random.nextInt(8)));
      assertThat(ClusterRuns.countIn(runs, from, end))
          .isEqualTo(model.get(from, end).cardinality());
      runs = ClusterRuns.with(runs, from, end);
      model.set(from, end);
      requireOrder(runs);
      int word = random.nextInt(CLUSTERS / Long.SIZE);
      assertThat(ClusterRuns.word(runs, word)).isEqualTo(word(model, word));
      assertThat(ClusterRuns.with(runs, from, end)).isSameAs(runs);
    }
    long[] words = new long[CLUSTERS / Long.SIZE];
    ClusterRuns.fill(runs, words);
    assertThat(BitSet.valueOf(words)).isEqualTo(model);
  }

  private static long word(BitSet model, int index) {
    long[] words = model.get(index * Long.SIZE, (index + 1) * Long.SIZE).toLongArray();
    return words.length == 0 ? 0 : words[0];
  }

  private static void requireOrder(int[] runs) {
    for (int i = 0; i < runs.length; i++) {
      assertThat(i == 0 || runs[i] > runs[i - 1]).isTrue();
    }
  }
}
