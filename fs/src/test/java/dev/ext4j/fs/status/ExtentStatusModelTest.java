package dev.ext4j.fs.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Probes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of random operations on a status tree, against a model of a disk with one state for each
 * block. What the tree knows agrees with the model, its entries cannot be joined further, and
 * delayed blocks are never lost. The reservation equals the number of clusters with delayed blocks
 * and no space.
 */
class ExtentStatusModelTest {
  private static final int STEPS = 8_000;
  private static final int MILLIONS = 2_000_000;

  static Stream<Arguments> clustersAndSeeds() {
    return Stream.of(0, 2, 4)
        .flatMap(bits -> Seeds.of(2).mapToObj(seed -> Arguments.of(bits, seed)));
  }

  @ParameterizedTest(name = "2^{0} blocks a cluster, seed {1}")
  @MethodSource("clustersAndSeeds")
  void anyChanges_treeAgreesWithTheDiskAndNothingReservedIsLost(int clusterBits, long seed) {
    new Model(clusterBits, seed).run(STEPS);
  }

  @Tag("model")
  @ParameterizedTest(name = "2^{0} blocks a cluster, seed {1}")
  @MethodSource("clustersAndSeeds")
  void veryManyChanges_treeAgreesWithTheDiskAndNothingReservedIsLost(int clusterBits, long seed) {
    new Model(clusterBits, seed).run(MILLIONS);
  }

  /** A file of few blocks. */
  private static final class Model {
    private static final int SIZE = 192;

    private final Random random;
    private final int bits;
    private final StatusMemory memory =
        new StatusMemory(new LockOrder("test", Probes.NONE), 1 << 20);
    private final ExtentStatusTree tree;

    /** The physical block of each logical block, or 0. */
    private final long[] physical = new long[SIZE];

    private final boolean[] unwritten = new boolean[SIZE];
    private final boolean[] delayed = new boolean[SIZE];
    private long reserved;
    private long nextCluster = 1;
    private long sequence;

    Model(int bits, long seed) {
      this.bits = bits;
      this.random = new Random(seed);
      this.tree = new ExtentStatusTree(12, bits, memory);
      tree.reserveFrom(
          (count, used) -> {
            reserved -= count;
            assertThat(reserved).isNotNegative();
          });
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        int first = random.nextInt(SIZE);
        int end = Math.min(SIZE, first + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
        String what = step(first, end);
        try {
          verify();
        } catch (AssertionError e) {
          throw new AssertionError("step " + step + ": " + what + " " + first + ".." + end, e);
        }
      }
    }

    private String step(int first, int end) {
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          delay(first, end);
          return "delay";
        }
        case 2 -> {
          writeBack(first, end);
          return "write back";
        }
        case 3 -> {
          allocate(first, end);
          return "allocate";
        }
        case 4 -> {
          convert(first, end);
          return "convert";
        }
        case 5 -> {
          punch(first, end);
          return "punch";
        }
        case 6, 7 -> {
          cache(first, end);
          return "cache";
        }
        default -> {
          if (random.nextBoolean()) {
            memory.reclaim(1 + random.nextInt(20));
          } else if (random.nextInt(4) == 0) {
            tree.clear();
          }
          return "shrink";
        }
      }
    }

    private boolean isMapped(int block) {
      return physical[block] != 0;
    }

    private boolean clusterHas(boolean[] blocks, long cluster) {
      for (int i = (int) (cluster << bits); i < Math.min(SIZE, (cluster + 1) << bits); i++) {
        if (blocks[i]) {
          return true;
        }
      }
      return false;
    }

    private boolean isAllocated(long cluster) {
      return allocatedIn(cluster) != null;
    }

    private @Nullable Integer allocatedIn(long cluster) {
      for (int i = (int) (cluster << bits); i < Math.min(SIZE, (cluster + 1) << bits); i++) {
        if (isMapped(i)) {
          return i;
        }
      }
      return null;
    }

    /** Writes with delayed allocation, to holes only. */
    private void delay(int first, int end) {
      for (int at = first; at < end; at++) {
        int stop = at;
        while (stop < end && !isMapped(stop) && !delayed[stop]) {
          stop++;
        }
        if (stop > at) {
          delayHole(at, stop);
          at = stop;
        }
      }
    }

    private void delayHole(int first, int end) {
      long firstCluster = first >> bits;
      long lastCluster = (end - 1L) >> bits;
      boolean firstAllocated = bits > 0 && isAllocated(firstCluster);
      boolean lastAllocated = bits > 0 && lastCluster != firstCluster && isAllocated(lastCluster);
      long clusters = lastCluster - firstCluster + 1;
      if (firstAllocated || clusterHas(delayed, firstCluster)) {
        clusters--;
      }
      if (lastCluster != firstCluster && (lastAllocated || clusterHas(delayed, lastCluster))) {
        clusters--;
      }
      reserved += clusters;
      Arrays.fill(delayed, first, end, true);
      tree.insertDelayed(first, end - first, firstAllocated, lastAllocated);
      requireChanged();
    }

    private void requireChanged() {
      assertThat(tree.sequence()).isGreaterThan(sequence);
      sequence = tree.sequence();
    }

    /** Allocates delayed blocks, one run at a time. */
    private void writeBack(int first, int end) {
      for (int at = first; at < end; at++) {
        if (delayed[at]) {
          int stop = at;
          while (stop < end && delayed[stop]) {
            stop++;
          }
          map(at, stop, true);
          at = stop - 1;
        }
      }
    }

    /** Allocates holes and delayed blocks, without using the reservation. */
    private void allocate(int first, int end) {
      for (int at = first; at < end; at++) {
        if (!isMapped(at)) {
          int stop = at;
          while (stop < end && !isMapped(stop)) {
            stop++;
          }
          map(at, stop, false);
          at = stop - 1;
        }
      }
    }

    private void map(int first, int end, boolean used) {
      for (int at = first; at < end; ) {
        long cluster = at >> bits;
        int stop = (int) Math.min(end, (cluster + 1) << bits);
        Integer other = allocatedIn(cluster);
        long start =
            other != null ? physical[other] - other : (nextCluster++ << bits) - (cluster << bits);
        for (int i = at; i < stop; i++) {
          physical[i] = start + i;
          unwritten[i] = true;
          delayed[i] = false;
        }
        tree.insert(new Mapping(at, start + at, stop - at, State.UNWRITTEN), used);
        requireChanged();
        at = stop;
      }
    }

    private void convert(int first, int end) {
      for (int at = first; at < end; at++) {
        if (isMapped(at)) {
          unwritten[at] = !unwritten[at];
          State state = unwritten[at] ? State.UNWRITTEN : State.WRITTEN;
          tree.insert(new Mapping(at, physical[at], 1, state));
        }
      }
      sequence = tree.sequence();
    }

    private void punch(int first, int end) {
      tree.remove(first, end);
      requireChanged();
      Set<Long> lost = new HashSet<>();
      for (int at = first; at < end; at++) {
        if (isMapped(at)) {
          lost.add((long) at >> bits);
        }
        physical[at] = 0;
        delayed[at] = false;
      }
      for (long cluster : lost) {
        if (!isAllocated(cluster) && tree.removePending(cluster)) {
          reserved++;
        }
      }
      if (random.nextBoolean()) {
        tree.insert(Mapping.hole(first, end - first));
      }
      sequence = tree.sequence();
    }

    /** Caches what a walk over the disk finds. */
    private void cache(int first, int end) {
      for (int at = first; at < end; ) {
        int stop = at + 1;
        while (stop < end
            && unwritten[stop] == unwritten[at]
            && (isMapped(at) ? physical[stop] == physical[at] + (stop - at) : !isMapped(stop))) {
          stop++;
        }
        State state = !isMapped(at) ? State.HOLE : unwritten[at] ? State.UNWRITTEN : State.WRITTEN;
        tree.cache(new Mapping(at, physical[at], stop - at, state));
        at = stop;
      }
      assertThat(tree.sequence()).isEqualTo(sequence);
    }

    private void verify() {
      List<Mapping> entries = tree.entries();
      long end = 0;
      int known = 0;
      Mapping before = null;
      for (Mapping entry : entries) {
        assertThat(entry.logicalBlock()).isGreaterThanOrEqualTo(end);
        assertThat(
                before != null
                    && before.logicalEnd() == entry.logicalBlock()
                    && joins(before, entry))
            .as("%s and %s are one", before, entry)
            .isFalse();
        for (int i = (int) entry.logicalBlock(); i < entry.logicalEnd(); i++) {
          if (entry.state() == State.DELAYED) {
            assertThat(delayed[i]).as("block %s is delayed", i).isTrue();
            known++;
          } else if (entry.state() == State.HOLE) {
            assertThat(isMapped(i) || delayed[i]).as("block %s is a hole", i).isFalse();
          } else {
            assertThat(entry.state() == State.UNWRITTEN).isEqualTo(unwritten[i]);
            assertThat(entry.physicalBlock() + (i - entry.logicalBlock())).isEqualTo(physical[i]);
          }
        }
        end = entry.logicalEnd();
        before = entry;
      }
      int all = 0;
      long withDelayed = 0;
      for (int i = 0; i < SIZE; i++) {
        all += delayed[i] ? 1 : 0;
      }
      assertThat(known).as("delayed blocks known").isEqualTo(all);
      for (long cluster = 0; cluster << bits < SIZE; cluster++) {
        boolean isDelayed = clusterHas(delayed, cluster);
        boolean pending = bits > 0 && isDelayed && isAllocated(cluster);
        assertThat(tree.isPending(cluster)).as("cluster %s is pending", cluster).isEqualTo(pending);
        withDelayed += isDelayed && !pending ? 1 : 0;
      }
      assertThat(reserved).as("reserved").isEqualTo(withDelayed);
      int block = random.nextInt(SIZE);
      ExtentStatusTree.Known found = tree.lookup(block);
      boolean there =
          entries.stream().anyMatch(e -> e.logicalBlock() <= block && block < e.logicalEnd());
      assertThat(found != null).isEqualTo(there);
      long reclaimable = entries.stream().filter(e -> e.state() != State.DELAYED).count();
      assertThat(memory.entryCount()).isEqualTo(tree.reclaimableRoom());
      if (reclaimable == 0) {
        assertThat(memory.entryCount()).isZero();
      } else { // an array has room for four entries, or is at least a quarter full
        assertThat(memory.entryCount()).isBetween(reclaimable, 4L * (entries.size() + 1));
      }
    }

    private static boolean joins(Mapping left, Mapping right) {
      return left.state() == right.state()
          && (!left.isAllocated()
              || left.physicalBlock() + left.blockCount() == right.physicalBlock());
    }
  }
}
