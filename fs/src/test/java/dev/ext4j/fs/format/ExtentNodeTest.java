package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtentNodeTest {
  private static final int BLOCK = 1024;

  /** An entry of the model. */
  private record Entry(long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}

  @Test
  void capacities_areThoseOfTheKernel() {
    assertThat(ExtentNode.capacityOfRoot()).isEqualTo(4);
    assertThat(ExtentNode.capacityOfBlock(1024)).isEqualTo(84);
    assertThat(ExtentNode.capacityOfBlock(4096)).isEqualTo(340);
    assertThat(ExtentNode.capacityOfBlock(65536)).isEqualTo(5460);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32767, 32768})
  void writtenLength_comesBack(int count) {
    ExtentNode node = emptyLeaf();
    node.openSlot(0);
    node.setExtent(0, 0xFFFFFFFFL, (1L << 48) - 1, count, false);
    assertThat(node.blockCount(0)).isEqualTo(count);
    assertThat(node.isUnwritten(0)).isFalse();
    assertThat(node.logicalBlock(0)).isEqualTo(0xFFFFFFFFL);
    assertThat(node.physicalBlock(0)).isEqualTo((1L << 48) - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32766, 32767})
  void unwrittenLength_comesBack(int count) {
    ExtentNode node = emptyLeaf();
    node.openSlot(0);
    node.setExtent(0, 7, 9, count, true);
    assertThat(node.blockCount(0)).isEqualTo(count);
    assertThat(node.isUnwritten(0)).isTrue();
    assertThat(node.logicalEnd(0)).isEqualTo(7 + count);
  }

  @Test
  void lengthOrBlockThatDoesNotFit_throws() {
    ExtentNode node = emptyLeaf();
    node.openSlot(0);
    assertThatThrownBy(() -> node.setExtent(0, 0, 1, 0, false))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> node.setExtent(0, 0, 1, 32769, false))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> node.setExtent(0, 0, 1, 32768, true))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> node.setExtent(0, 1L << 32, 1, 1, false))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> node.setExtent(0, 0, 1L << 48, 1, false))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> node.setIndex(0, 0, 1L << 48)).isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void slotsOpenedAndRemoved_equalAList(long seed) {
    Random random = new Random(seed);
    ExtentNode node = emptyLeaf();
    List<Entry> model = new ArrayList<>();
    for (int step = 0; step < 4000; step++) {
      if (model.size() < node.capacity() && random.nextInt(5) < 3) {
        int at = random.nextInt(model.size() + 1);
        Entry entry = randomEntry(random);
        node.openSlot(at);
        node.setExtent(
            at, entry.logicalBlock, entry.physicalBlock, entry.blockCount, entry.unwritten);
        model.add(at, entry);
      } else {
        int from = random.nextInt(model.size() + 1);
        int to = from + random.nextInt(Math.min(4, model.size() - from) + 1);
        node.removeEntries(from, to);
        model.subList(from, to).clear();
      }
      assertThat(entries(node)).as("seed %d, step %d", seed, step).isEqualTo(model);
    }
    node.removeEntries(0, model.size());
    assertThat(node.entries()).isZero();
    node.resetDepth();
  }

  @Test
  void appendFrom_takesARunOfEntriesAndLeavesTheOther() {
    ExtentNode other = leaf(0, 10, 20, 30, 40);
    ExtentNode node = leaf(0, 5);
    node.appendFrom(other, 1, 4);
    assertThat(entries(node))
        .extracting(Entry::logicalBlock)
        .containsExactly(0L, 5L, 10L, 20L, 30L);
    assertThat(other.entries()).isEqualTo(5);
  }

  @Test
  void removedEntries_leaveZeros() {
    ByteBuffer bytes = block();
    ExtentNode node = ExtentNode.create(bytes, 0, 84);
    for (int i = 0; i < 10; i++) {
      node.openSlot(i);
      node.setExtent(i, i * 10L, 1000 + i * 10L, 1, false);
    }
    node.removeEntries(2, 8);
    for (int i = 12 + 4 * 12; i < BLOCK; i++) {
      assertThat(bytes.get(i)).as("byte %d", i).isZero();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {4, 5, 6})
  void find_equalsALinearSearch(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int count = random.nextInt(85);
      ExtentNode node = emptyLeaf();
      long at = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        node.openSlot(i);
        node.setExtent(i, at, 500, 1 + random.nextInt(3), false);
        at += 1 + random.nextInt(10);
      }
      for (long block = 0; block < at + 10; block++) {
        int linear = -1;
        while (linear + 1 < count && node.logicalBlock(linear + 1) <= block) {
          linear++;
        }
        assertThat(node.find(block)).as("seed %d, block %d", seed, block).isEqualTo(linear);
      }
    }
    assertThat(leaf(0xFFFFFFF0L).find(0xFFFFFFFFL)).as("unsigned").isZero();
    assertThat(leaf(0xFFFFFFF0L).find(5)).isEqualTo(-1);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("magic", Kind.EXTENT_NODE, b -> b.putShort(0, (short) 0xF30B)),
        damage("more entries than capacity", Kind.EXTENT_NODE, b -> b.putShort(2, (short) 85)),
        damage("entries 65535", Kind.EXTENT_NODE, b -> b.putShort(2, (short) -1)),
        damage("capacity beyond the block", Kind.EXTENT_NODE, b -> b.putShort(4, (short) 85)),
        damage("no capacity", Kind.EXTENT_NODE, b -> b.putInt(2, 0)),
        damage("depth 6", Kind.EXTENT_DEPTH, b -> b.putShort(6, (short) 6)),
        damage("depth 65535", Kind.EXTENT_DEPTH, b -> b.putShort(6, (short) -1)),
        damage("length 0", Kind.EXTENT_NODE, b -> b.putShort(16, (short) 0)),
        damage("overlap", Kind.EXTENT_ORDER, b -> b.putShort(16, (short) 11)),
        damage("unwritten overlap", Kind.EXTENT_ORDER, b -> b.putShort(16, (short) (32768 + 11))),
        damage("out of order", Kind.EXTENT_ORDER, b -> b.putInt(12, 15)),
        damage("behind 2^32", Kind.EXTENT_NODE, b -> b.putInt(12 + 24, -1).putShort(40, (short) 2)),
        damage("block 0", Kind.BLOCK_OUT_OF_RANGE, b -> b.putInt(20, 0)),
        damage("block behind the end", Kind.BLOCK_OUT_OF_RANGE, b -> b.putInt(20, 70_000)),
        damage("last block behind the end", Kind.BLOCK_OUT_OF_RANGE, b -> b.putInt(20, 69_991)),
        damage("upper half of block", Kind.BLOCK_OUT_OF_RANGE, b -> b.putShort(18, (short) -1)),
        damage(
            "index to block 0",
            Kind.BLOCK_OUT_OF_RANGE,
            b -> b.putShort(6, (short) 1).putInt(16, 0)),
        damage(
            "index keys equal",
            Kind.EXTENT_ORDER,
            b -> b.putShort(6, (short) 1).putInt(16, 5).putInt(20, 0).putInt(24, 0)));
  }

  private static Arguments damage(String name, Kind kind, Consumer<ByteBuffer> damage) {
    return Arguments.of(name, kind, damage);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void verify_damagedNode_tellsTheKind(String name, Kind kind, Consumer<ByteBuffer> damage)
      throws Exception {
    Geometry geometry = new SuperblockBytes().geometry();
    ByteBuffer bytes = block();
    ExtentNode node = ExtentNode.create(bytes, 0, 84);
    for (int i = 0; i < 3; i++) {
      node.openSlot(i);
      node.setExtent(i, i * 10L, 1000 + i * 100L, 10, false);
    }
    assertThat(ExtentNode.verify(bytes, geometry, () -> "sound").entries()).isEqualTo(3);
    damage.accept(bytes);
    CorruptionException e =
        catchThrowableOfType(
            CorruptionException.class, () -> ExtentNode.verify(bytes, geometry, () -> "node"));
    assertThat(e).as(name).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    assertThat(e).hasMessageStartingWith("node");
  }

  @Test
  void checksum_coversTheWholeBlockButItself() {
    ByteBuffer bytes = block();
    ExtentNode node = ExtentNode.create(bytes, 0, 84);
    node.seal(77);
    assertThat(node.isChecksumValid(77)).isTrue();
    assertThat(node.isChecksumValid(78)).isFalse();
    for (int bit = 0; bit < BLOCK * 8; bit++) {
      bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
      assertThat(node.isChecksumValid(77)).as("bit %d", bit).isFalse();
      bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
    }
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ExtentNode emptyLeaf() {
    return ExtentNode.create(block(), 0, ExtentNode.capacityOfBlock(BLOCK));
  }

  private static ExtentNode leaf(long... logicalBlocks) {
    ExtentNode node = emptyLeaf();
    for (int i = 0; i < logicalBlocks.length; i++) {
      node.openSlot(i);
      node.setExtent(i, logicalBlocks[i], 100, 1, false);
    }
    return node;
  }

  private static Entry randomEntry(Random random) {
    boolean unwritten = random.nextBoolean();
    return new Entry(
        random.nextInt() & 0xFFFFFFFFL,
        random.nextLong() & (1L << 48) - 1,
        1 + random.nextInt(32767),
        unwritten);
  }

  private static List<Entry> entries(ExtentNode node) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < node.entries(); i++) {
      entries.add(
          new Entry(
              node.logicalBlock(i),
              node.physicalBlock(i),
              node.blockCount(i),
              node.isUnwritten(i)));
    }
    return entries;
  }
}
