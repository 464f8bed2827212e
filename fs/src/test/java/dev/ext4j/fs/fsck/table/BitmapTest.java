package dev.ext4j.fs.fsck.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BitmapTest {
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
    Bitmap found = new Bitmap(BYTES);
    found.copy(onDisk);
    Bitmap wanted = new Bitmap(BYTES);
    System.arraycopy(computed, 0, wanted.words(), 0, computed.length);
    BitSet missing = new BitSet();
    wanted.runsBeyond(found, bits, (from, count) -> missing.set(from, from + count));
    BitSet surplus = new BitSet();
    found.runsBeyond(wanted, bits, (from, count) -> surplus.set(from, from + count));
    BitSet expectedMissing = (BitSet) should.clone();
    expectedMissing.andNot(disk);
    BitSet expectedSurplus = (BitSet) disk.clone();
    expectedSurplus.andNot(should);
    assertThat(missing).isEqualTo(expectedMissing);
    assertThat(surplus).isEqualTo(expectedSurplus);
    assertThat(found.startsLike(wanted, bits)).isEqualTo(missing.isEmpty() && surplus.isEmpty());
    assertThat(wanted.startsLike(found, bits)).isEqualTo(missing.isEmpty() && surplus.isEmpty());
    assertThat(found.count()).isEqualTo(BitSet.valueOf(onDisk).cardinality());
    assertThat(found.isFullFrom(bits))
        .isEqualTo(BitSet.valueOf(onDisk).nextClearBit(bits) == found.size());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void runsThatAreSet_areThoseOfASet(long seed) {
    Random random = new Random(seed);
    Bitmap bitmap = new Bitmap(BYTES);
    BitSet expected = new BitSet();
    for (int i = 0; i < 10; i++) {
      int from = random.nextInt(8 * BYTES);
      int end = from + 1 + random.nextInt(Math.min(200, 8 * BYTES - from));
      bitmap.set(from, end);
      expected.set(from, end);
    }
    assertThat(BitSet.valueOf(bitmap.words())).isEqualTo(expected);
    int end = 8 * BYTES - random.nextInt(100);
    bitmap.set(end, 8 * BYTES);
    expected.set(end, 8 * BYTES);
    assertThat(bitmap.isFullFrom(end)).isTrue();
    assertThat(bitmap.isFullFrom(expected.previousClearBit(8 * BYTES - 1))).isFalse();
    assertThat(bitmap.isFullFrom(8 * BYTES)).isTrue();
  }

  @Test
  void equalStarts_areEqualWhateverFollows() {
    Bitmap one = new Bitmap(BYTES);
    Bitmap other = new Bitmap(BYTES);
    one.set(100, 130);
    other.set(100, 200);
    assertThat(one.startsLike(other, 128)).isTrue();
    assertThat(one.startsLike(other, 130)).isTrue();
    assertThat(one.startsLike(other, 131)).isFalse();
    assertThat(one.startsLike(other, 192)).isFalse();
  }
}
