package dev.ext4j.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

class TouchedRangesTest {
  private static final int START = 100;
  private static final int SIZE = 400;

  @TempDir Path folder;

  @RepeatedTest(20)
  void untouchedFrom_anyWrites_isAsInASetOfBytes(RepetitionInfo repetition) throws IOException {
    Random random = new Random(repetition.getCurrentRepetition());
    BitSet touched = new BitSet();
    TouchedRanges ranges;
    try (WriteLog log = WriteLog.create(folder.resolve("log"))) {
      for (int i = 0; i < 12; i++) {
        int from = random.nextInt(SIZE);
        int count = random.nextInt(30);
        log.write(START + from, ByteBuffer.allocate(count));
        touched.set(from, from + count);
      }
      ranges = TouchedRanges.of(log, START);
    }
    for (int at = 0; at < SIZE; at++) {
      int next = touched.nextSetBit(at);
      assertThat(ranges.untouchedFrom(at)).isEqualTo(next < 0 ? Long.MAX_VALUE : next - at);
    }
  }
}
