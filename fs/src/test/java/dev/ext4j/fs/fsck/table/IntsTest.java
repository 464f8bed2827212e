package dev.ext4j.fs.fsck.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntsTest {
  private static final int COUNT = 100_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 200_000, 1 << 20})
  void whatWasAddedAndSet_isThereWhereverItLies(long budget) throws IOException {
    try (Memory memory = new Memory(budget)) {
      Ints table = new Ints(memory);
      for (int i = 0; i < COUNT; i++) {
        table.add(i * 31);
      }
      for (int i = 0; i < COUNT; i += 7) {
        table.set(i, -i);
      }
      assertThat(table.size()).isEqualTo(COUNT);
      for (int i = 0; i < COUNT; i++) {
        assertThat(table.get(i)).isEqualTo(i % 7 == 0 ? -i : i * 31);
      }
      int[] part = new int[40_000];
      table.copy(7_001, part, part.length);
      for (int i = 0; i < part.length; i++) {
        assertThat(part[i]).isEqualTo(table.get(7_001L + i));
      }
      assertThat(memory.bytesInFile() > 0).isEqualTo(budget < COUNT * Integer.BYTES);
    }
  }

  @Test
  void truncatedTable_growsAgainFromThere() throws IOException {
    try (Memory memory = new Memory(1 << 20)) {
      Ints table = new Ints(memory);
      for (int i = 0; i < 1000; i++) {
        table.add(i);
      }
      table.truncate(10);
      table.add(-1);
      assertThat(table.size()).isEqualTo(11);
      assertThat(table.get(9)).isEqualTo(9);
      assertThat(table.get(10)).isEqualTo(-1);
    }
  }

  @Test
  void zeros_areZeros() throws IOException {
    try (Memory memory = new Memory(0)) {
      Ints table = Ints.zeros(memory, COUNT);
      table.set(COUNT - 1, 5);
      assertThat(table.size()).isEqualTo(COUNT);
      assertThat(table.get(0)).isZero();
      assertThat(table.get(COUNT - 2)).isZero();
      assertThat(table.get(COUNT - 1)).isEqualTo(5);
    }
  }
}
