package dev.ext4j.fs.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Probes;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtentStatusTreeTest {
  private static final int BLOCKS = 300;
  private static final int BUDGET = 4096;

  private final StatusMemory memory = new StatusMemory(new LockOrder("test", Probes.NONE), BUDGET);
  private final ExtentStatusTree tree = new ExtentStatusTree(12, 0, memory);

  private @Nullable Mapping known(long logicalBlock) {
    ExtentStatusTree.Known known = tree.lookup(logicalBlock);
    return known == null ? null : known.mapping();
  }

  @Test
  void emptyTree_knowsNothing() {
    assertThat(known(0)).isNull();
    assertThat(known(0xFFFFFFFFL)).isNull();
    tree.remove(0, Long.MAX_VALUE);
    assertThat(tree.size()).isZero();
  }

  @Test
  void lookup_insideARun_givesTheRestOfIt() {
    tree.cache(new Mapping(10, 100, 10, State.WRITTEN));
    assertThat(known(9)).isNull();
    assertThat(known(13)).isEqualTo(new Mapping(13, 103, 7, State.WRITTEN));
    assertThat(known(19)).isEqualTo(new Mapping(19, 109, 1, State.WRITTEN));
    assertThat(known(20)).isNull();
  }

  @Test
  void neighboursThatContinueEachOther_becomeOne() {
    tree.cache(new Mapping(0, 100, 5, State.WRITTEN));
    tree.cache(new Mapping(10, 110, 5, State.WRITTEN));
    tree.insert(new Mapping(5, 105, 5, State.WRITTEN));
    assertThat(tree.size()).isEqualTo(1);
    assertThat(known(0)).isEqualTo(new Mapping(0, 100, 15, State.WRITTEN));
  }

  @Test
  void neighboursElsewhereOrOfAnotherState_stayApart() {
    tree.cache(new Mapping(0, 100, 5, State.WRITTEN));
    tree.cache(new Mapping(5, 105, 5, State.UNWRITTEN));
    tree.cache(new Mapping(10, 300, 5, State.UNWRITTEN));
    tree.cache(Mapping.hole(15, 5));
    tree.cache(Mapping.hole(20, 5));
    assertThat(tree.size()).isEqualTo(4);
    assertThat(known(15)).isEqualTo(Mapping.hole(15, 10));
  }

  @Test
  void remove_inTheMiddle_leavesBothEnds() {
    tree.cache(new Mapping(0, 100, 30, State.WRITTEN));
    tree.remove(10, 20);
    assertThat(known(9)).isEqualTo(new Mapping(9, 109, 1, State.WRITTEN));
    assertThat(known(10)).isNull();
    assertThat(known(20)).isEqualTo(new Mapping(20, 120, 10, State.WRITTEN));
  }

  @Test
  void moreEntriesThanTheBound_whatWasNotLookedUpGoes() {
    for (long i = 0; i < 10_000; i++) {
      tree.cache(new Mapping(2 * i, 1000 + 7 * i, 1, State.WRITTEN));
      assertThat(tree.size()).isLessThanOrEqualTo(BUDGET);
      assertThat(known(0)).as("what is looked up all the time").isNotNull();
    }
    assertThat(memory.entryCount())
        .isEqualTo(tree.reclaimableRoom())
        .isGreaterThanOrEqualTo(tree.size());
  }

  @Test
  void treeThatKnowsNothingMore_isNotKeptInMemory() {
    tree.cache(new Mapping(0, 100, 1, State.WRITTEN));
    assertThat(memory.treeCount()).isOne();
    tree.clear();
    assertThat(memory.treeCount()).isZero();
    tree.cache(new Mapping(0, 100, 1, State.WRITTEN));
    tree.remove(0, 10);
    assertThat(memory.treeCount()).isZero();
    tree.cache(new Mapping(0, 100, 1, State.WRITTEN));
    assertThat(memory.treeCount()).isOne();
  }

  @Test
  void delayedBlocks_areNeverDropped() {
    tree.reserveFrom((count, used) -> {});
    for (long i = 0; i < 10_000; i++) {
      tree.insertDelayed(3 * i, 1, false, false);
      tree.insert(Mapping.hole(3 * i + 1, 1));
    }
    memory.reclaim(1_000_000);
    memory.reclaim(1_000_000);
    assertThat(tree.size()).isEqualTo(10_000);
    assertThat(tree.nextDelayed(1, 5)).isEqualTo(new Mapping(3, 0, 1, State.DELAYED));
  }

  @Test
  void cache_overADelayedBlock_leavesIt() {
    tree.reserveFrom((count, used) -> {});
    tree.insertDelayed(5, 2, false, false);
    assertThat(tree.cache(Mapping.hole(0, 10))).isEqualTo(ExtentStatusTree.Outcome.DELAYED);
    assertThat(known(5)).isEqualTo(new Mapping(5, 0, 2, State.DELAYED));
    assertThat(known(0)).isNull();
  }

  @Test
  void cache_ofWhatContradictsIt_isABug() {
    tree.insert(new Mapping(10, 100, 10, State.WRITTEN));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> tree.cache(Mapping.hole(15, 10)));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> tree.cache(new Mapping(15, 200, 1, State.WRITTEN)));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> tree.cache(new Mapping(0, 90, 12, State.UNWRITTEN)));
    assertThat(tree.entries()).containsExactly(new Mapping(10, 100, 10, State.WRITTEN));
  }

  @Test
  void sequence_risesWithChangesOnly() {
    tree.cache(new Mapping(10, 100, 10, State.WRITTEN));
    tree.lookup(10);
    memory.reclaim(100);
    tree.clear();
    assertThat(tree.sequence()).isZero();
    tree.remove(1000, 2000);
    tree.insert(Mapping.hole(0, 5));
    assertThat(tree.sequence()).isEqualTo(2);
    tree.forgetDisk();
    assertThat(tree.sequence()).isEqualTo(3);
    assertThat(tree.size()).isZero();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void anyOperations_equalAPlainTableOfBlocks(long seed) {
    Random random = new Random(seed);
    Mapping[] known = new Mapping[BLOCKS]; // the mapping of each single block
    for (int step = 0; step < 8000; step++) {
      int first = random.nextInt(BLOCKS);
      int count = 1 + random.nextInt(Math.min(BLOCKS - first, random.nextInt(10) == 0 ? 200 : 12));
      if (random.nextInt(3) == 0) {
        tree.remove(first, first + count);
        java.util.Arrays.fill(known, first, first + count, null);
      } else {
        Mapping mapping = random(random, first, count);
        tree.insert(mapping);
        for (int i = 0; i < count; i++) {
          known[first + i] = mapping.from(first + i, 1);
        }
      }
      compare(known, "seed " + seed + ", step " + step, step % 50 == 0 ? 0 : first, count);
    }
  }

  private void compare(Mapping[] known, String description, int first, int count) {
    int from = first == 0 ? 0 : Math.max(0, first - 3);
    int to = first == 0 ? BLOCKS : Math.min(BLOCKS, first + count + 3);
    for (int block = from; block < to; block++) {
      Mapping found = known(block);
      String wrong = found == null ? missing(known[block]) : difference(known, block, found);
      if (!wrong.isEmpty()) {
        throw new AssertionError(description + ", block " + block + ": " + wrong);
      }
    }
  }

  private static String missing(@Nullable Mapping expected) {
    return expected == null ? "" : "unknown, not " + expected;
  }

  private static String difference(Mapping[] known, int block, Mapping found) {
    if (found.logicalBlock() != block || found.logicalEnd() > BLOCKS) {
      return "does not begin there: " + found;
    }
    for (int i = 0; i < found.blockCount(); i++) {
      if (!found.from(block + i, 1).equals(known[block + i])) {
        return found + " instead of " + known[block + i];
      }
    }
    int end = (int) found.logicalEnd();
    boolean tooShort = end < BLOCKS && known[end] != null && continues(found, known[end]);
    return tooShort ? "a run that could go on: " + found : "";
  }

  private static boolean continues(Mapping run, Mapping next) {
    return run.state() == next.state()
        && (!run.isAllocated() || run.physicalBlock() + run.blockCount() == next.physicalBlock());
  }

  /** Returns a mapping that often continues one that may lie next to it. */
  private static Mapping random(Random random, int first, int count) {
    return switch (random.nextInt(4)) {
      case 0 -> Mapping.hole(first, count);
      case 1 -> new Mapping(first, 1000 + first, count, State.UNWRITTEN);
      case 2 -> new Mapping(first, 1000 + first, count, State.WRITTEN);
      default -> new Mapping(first, 1 + random.nextInt(5000), count, State.WRITTEN);
    };
  }
}
