package dev.ext4j.fs.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of a table with thousands of runs, and so many arrays, against a map. */
class RunTableTest {
  static LongStream seeds() {
    return Seeds.of(4);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyChanges_equalAMapOfBlocks(long seed) {
    Random random = new Random(seed);
    RunTable table = new RunTable();
    TreeMap<Long, Long> map = new TreeMap<>(); // block to physical block; neighbours never join
    for (int step = 0; step < 30_000; step++) {
      long block = random.nextInt(20_000);
      if (random.nextInt(100) == 0) {
        long end = block + random.nextInt(3000);
        table.remove(block, end);
        map.subMap(block, end).clear();
      } else if (random.nextInt(4) == 0) {
        table.remove(block, block + 1);
        map.remove(block);
      } else if (!map.containsKey(block)) {
        long physical = 3 * block + 1;
        table.add(new Mapping(block, physical, 1, State.WRITTEN));
        map.put(block, physical);
      }
      long asked = random.nextInt(20_000);
      Map.Entry<Long, Long> floor = map.floorEntry(asked);
      long at = table.atOrBefore(asked);
      assertThat(at == RunTable.NONE).isEqualTo(floor == null);
      if (floor != null) {
        assertThat(table.start(at)).isEqualTo(floor.getKey());
        assertThat(table.run(at).physicalBlock()).isEqualTo(floor.getValue());
      }
      assertThat(table.size()).isEqualTo(map.size());
    }
    long at = table.first();
    for (Map.Entry<Long, Long> entry : map.entrySet()) {
      assertThat(table.start(at)).isEqualTo(entry.getKey());
      at = table.next(at);
    }
    assertThat(at).isEqualTo(RunTable.NONE);
  }

  @Test
  void runsInOrder_oneAfterTheOther_fillWholeArrays() {
    RunTable table = new RunTable();
    for (long i = 0; i < 100_000; i++) {
      table.add(new Mapping(2 * i, 5 * i + 1, 1, State.WRITTEN));
    }
    assertThat(table.size()).isEqualTo(100_000);
    assertThat(table.start(table.atOrBefore(77_777))).isEqualTo(77_776);
    table.remove(1, 199_998);
    assertThat(table.size()).isEqualTo(2);
  }
}
