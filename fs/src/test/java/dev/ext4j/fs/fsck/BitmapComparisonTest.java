package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BitmapComparisonTest {
  private static final int BYTES = 1024;

  static LongStream seeds() {
    return Seeds.of(8);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyTwoBitmaps_differWhereABitSetSaysSo(long seed) {
    Random random = new Random(seed);
    int bits = 8 * (1 + random.nextInt(BYTES));
    long[] computed = new long[BYTES / Long.BYTES];
    ByteBuffer onDisk = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < computed.length; i++) {
      computed[i] = random.nextInt(3) == 0 ? -1 : random.nextLong() & random.nextInt();
      onDisk.putLong(i * 8, random.nextBoolean() ? computed[i] : random.nextLong());
    }
    BitSet should = BitSet.valueOf(computed).get(0, bits);
    BitSet disk = BitSet.valueOf(onDisk).get(0, bits);
    BitmapComparison comparison = new BitmapComparison(onDisk, bits, i -> computed[i]);
    BitSet missing = new BitSet();
    boolean anyMissing = comparison.missing((from, count) -> missing.set(from, from + count));
    BitSet surplus = new BitSet();
    boolean anySurplus = comparison.surplus((from, count) -> surplus.set(from, from + count));
    BitSet expectedMissing = (BitSet) should.clone();
    expectedMissing.andNot(disk);
    BitSet expectedSurplus = (BitSet) disk.clone();
    expectedSurplus.andNot(should);
    assertThat(missing).isEqualTo(expectedMissing);
    assertThat(surplus).isEqualTo(expectedSurplus);
    assertThat(anyMissing).isEqualTo(!missing.isEmpty());
    assertThat(anySurplus).isEqualTo(!surplus.isEmpty());
  }
}
