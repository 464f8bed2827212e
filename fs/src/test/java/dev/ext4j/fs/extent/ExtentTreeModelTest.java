package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of random insertions, splits and removals against a map of blocks. Transactions are so
 * small that restarts come at every possible place. After each step the whole tree is read from the
 * disk by other code and compared with the map.
 */
class ExtentTreeModelTest {
  private static final ImageRecipe SMALL =
      ImageRecipe.of("model", "ext4", 1024, 12 << 20)
          .withFeatures("^has_journal", "^resize_inode")
          .withWords("-g", "512", "-N", "384");
  private static final ImageRecipe CLUSTERS =
      ImageRecipe.of("clusters", "ext4", 1024, 32 << 20)
          .withFeatures("^has_journal", "^resize_inode")
          .withWords("-N", "64")
          .withClusters(16 << 10);
  private static final int SMALLEST = ExtentInsertion.credits(ExtentNode.MAX_DEPTH);

  private static Judge judge;
  private static MemoryBlockDevice small;
  private static MemoryBlockDevice clusters;

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    small = withEmptyFile(SMALL);
    clusters = withEmptyFile(CLUSTERS);
  }

  private static MemoryBlockDevice withEmptyFile(ImageRecipe recipe) throws IOException {
    Path image = judge.make(recipe);
    new DebugfsFiles(judge, image).empty("f");
    return Judge.load(image);
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> seedsAndSizes() {
    int[] sizes = {SMALLEST, SMALLEST + 3, SMALLEST + 11, 64, 2000};
    return Seeds.of(5)
        .boxed()
        .flatMap(seed -> Stream.of(Arguments.of(seed, sizes[(int) ((seed + 4) % sizes.length)])));
  }

  @ParameterizedTest(name = "seed {0}, transactions of {1} blocks")
  @MethodSource("seedsAndSizes")
  void anySteps_treeEqualsModelAndSpaceAddsUp(long seed, int maxTransactionBlocks)
      throws IOException {
    MemoryBlockDevice disk = small.copy();
    try (Subject subject = new Subject(disk, maxTransactionBlocks, 1)) {
      Random random = new Random(seed);
      for (int i = 0; i < 700; i++) {
        subject.insertSomewhere(random, 6000, 3);
      }
      subject.verify();
      for (int step = 0; step < 90; step++) {
        subject.anyStep(random, 6000);
        subject.verify();
      }
      subject.remove(0, ExtentTree.MAX_BLOCKS);
      subject.verify();
      assertThat(subject.depth()).isZero();
    }
    judge.requireClean(disk, "seed " + seed);
  }

  static Stream<Arguments> seedsAndSizesOfClusters() {
    return Seeds.of(5).boxed().map(seed -> Arguments.of(seed, seed % 2 == 0 ? SMALLEST : 100));
  }

  @ParameterizedTest(name = "seed {0}, transactions of {1} blocks")
  @MethodSource("seedsAndSizesOfClusters")
  void anyStepsWithClusters_clustersGoWithTheirLastBlock(long seed, int maxTransactionBlocks)
      throws IOException {
    MemoryBlockDevice disk = clusters.copy();
    try (Subject subject = new Subject(disk, maxTransactionBlocks, 16)) {
      Random random = new Random(seed);
      for (int i = 0; i < 250; i++) {
        subject.insertSomewhere(random, 4000, 20);
      }
      subject.verify();
      for (int step = 0; step < 90; step++) {
        subject.anyStep(random, 4000);
        subject.verify();
      }
      judge.requireClean(disk, "seed " + seed);
      subject.remove(0, ExtentTree.MAX_BLOCKS);
      subject.verify();
    }
    judge.requireClean(disk, "seed " + seed);
  }

  @Test
  void extentOverMoreGroupsThanATransactionTakes_isRemovedInParts() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("groups", "ext4", 1024, 30 << 20)
            .withFeatures(
                "^has_journal", "^resize_inode", "sparse_super2", "^metadata_csum", "^uninit_bg")
            .withExtended("num_backup_sb=0")
            .withWords("-g", "256", "-G", "128", "-N", "128");
    MemoryBlockDevice disk = withEmptyFile(recipe);
    try (Subject subject = new Subject(disk, SMALLEST, 1)) {
      subject.insertWhatIsFreeBehind(4000, 20_000);
      subject.verify();
      subject.remove(3, 19_000);
      assertThat(subject.engine.restarts()).isPositive();
      subject.verify();
      subject.remove(0, ExtentTree.MAX_BLOCKS);
      subject.verify();
    }
    judge.requireClean(disk, "an extent over eighty groups");
  }

  /**
   * Checks that an undo also restores nodes that an earlier handle of the same transaction made.
   */
  @Test
  void handleThatIsUndone_leavesNodesThatAreNewInTheTransaction() throws IOException {
    MemoryBlockDevice disk = small.copy();
    try (Subject subject = new Subject(disk, 2000, 1)) {
      for (long block = 0; block < 400; block += 2) {
        subject.insertWithoutCommit(block);
      }
      assertThat(subject.tree.depth()).isPositive();
      try (Handle handle = subject.engine.journal().start(1000)) {
        for (long block = 1; block < 400; block += 2) {
          new ExtentInsertion(subject.tree, subject.allocator)
              .insert(handle, block, subject.clusterOf(block, handle), 1, true);
        }
      }
      subject.engine.journal().commit();
      subject.verify();
    }
    judge.requireClean(disk, "half of the insertions undone");
  }

  @Test
  void removalsInOneCluster_freeItWithItsLastBlock() throws IOException {
    MemoryBlockDevice disk = clusters.copy();
    try (Subject subject = new Subject(disk, 100, 16)) {
      subject.insertRun(0, 64, false);
      subject.verify();
      subject.remove(3, 5);
      subject.remove(5, 16);
      assertThat(subject.freedSinceVerified()).isZero();
      subject.verify();
      subject.remove(0, 3);
      assertThat(subject.freedSinceVerified()).isEqualTo(1);
      subject.verify();
      subject.remove(30, 40); // cluster 2 still holds blocks 40 to 47
      assertThat(subject.freedSinceVerified()).isZero();
      subject.verify();
      subject.remove(16, 30);
      assertThat(subject.freedSinceVerified()).isEqualTo(1);
      subject.verify();
    }
    judge.requireClean(disk, "holes within clusters");
  }

  @Test
  void removalToMidCluster_clusterIsHeldByNextLeaf_staysTaken() throws IOException {
    MemoryBlockDevice disk = clusters.copy();
    try (Subject subject = new Subject(disk, 100, 16)) {
      // Every extent is one block and shares its cluster with seven others, some of them in another
      // leaf.
      for (long block = 0; block < 1200; block += 2) {
        subject.insertRun(block, 1, false);
      }
      subject.verify();
      assertThat(subject.depth()).isGreaterThanOrEqualTo(2);
      for (long end = 7; end < 1200; end += 97) {
        subject.remove(Math.max(0, end - 60), end);
        subject.verify();
      }
    }
    judge.requireClean(disk, "extents that share clusters");
  }

  @Test
  void treeOfDepth3_randomInsertionsThenRemovals_equalsModel() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("deep", "ext4", 1024, 40 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-N", "128");
    MemoryBlockDevice disk = withEmptyFile(recipe);
    try (Subject subject = new Subject(disk, 200, 1)) {
      Random random = new Random(7);
      List<Long> blocks = new ArrayList<>();
      for (long i = 0; i < 30_000; i++) {
        blocks.add(2 * i + 0x7000_0000L);
      }
      java.util.Collections.shuffle(blocks, random);
      for (long block : blocks) {
        subject.insertRun(block, 1, random.nextBoolean());
      }
      subject.verify();
      assertThat(subject.depth()).isEqualTo(3);
      for (int i = 0; i < 12; i++) {
        long first = 0x7000_0000L + random.nextInt(60_000);
        subject.remove(first, first + random.nextInt(9_000));
        subject.verify();
      }
      judge.requireClean(disk, "half removed");
      subject.remove(1, ExtentTree.MAX_BLOCKS);
      subject.verify();
      assertThat(subject.depth()).isZero();
    }
    judge.requireClean(disk, "emptied");
  }

  /** The tree under test and its model: the physical block and the state of each logical block. */
  private static final class Subject implements AutoCloseable {
    private final MemoryBlockDevice disk;
    private final Engine engine;
    private final Inode inode;
    private final ExtentTree tree;
    private final BlockAllocator allocator;
    private final int ratio;
    private final TreeMap<Long, Long> model = new TreeMap<>();
    private final long takenByOthers;
    private long takenWhenVerified;

    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // closed with the subject
    Subject(MemoryBlockDevice disk, int maxTransactionBlocks, int ratio) throws IOException {
      this.disk = disk;
      this.engine = Engine.open(disk, maxTransactionBlocks);
      this.inode = engine.file("/f");
      this.allocator = engine.volume().allocator();
      this.tree = new ExtentTree(inode, engine.volume().geometry(), engine.volume().cache());
      this.ratio = ratio;
      this.takenByOthers = new RawImage(disk).takenClusters();
      giveSize(1L << 41); // e2fsck requires written blocks to lie before the end
    }

    private void giveSize(long byteSize) throws IOException {
      try (Handle handle = engine.journal().start(1)) {
        inode.declare(handle);
        inode.fields().setSize(byteSize);
        inode.seal();
        handle.commit();
      }
      engine.journal().commit();
    }

    void anyStep(Random random, int range) throws IOException {
      long at = random.nextInt(range);
      switch (random.nextInt(8)) {
        case 7 -> sweep(at, at + 1 + random.nextInt(random.nextBoolean() ? 90 : 4000));
        case 0, 1, 2 -> insertSomewhere(random, range, random.nextInt(4) == 0 ? 60 : 3);
        case 3 -> splitAt(at);
        case 4, 5 -> remove(at, at + 1 + random.nextInt(random.nextBoolean() ? 6 : 90));
        default -> remove(at, at + 1 + random.nextInt(random.nextInt(6) == 0 ? 4000 : 600));
      }
    }

    void insertSomewhere(Random random, int range, int longest) throws IOException {
      long at = random.nextInt(range);
      Long next = model.ceilingKey(at);
      long room = next == null ? longest : Math.min(longest, next - at);
      if (room > 0) {
        insertRun(at, 1 + random.nextInt((int) room), random.nextInt(3) == 0);
      }
    }

    /** Inserts blocks into a hole of the file, with as few extents as the allocator allows. */
    void insertRun(long first, int count, boolean unwritten) throws IOException {
      long at = first;
      while (at < first + count) {
        long end = Math.min(first + count, (at / ratio + 1) * ratio);
        // Each piece lies in one cluster, because the next cluster may lie elsewhere.
        try (Handle handle =
            engine
                .journal()
                .start(
                    Math.min(
                        engine.journal().maxTransactionBlocks(),
                        ExtentInsertion.credits(ExtentNode.MAX_DEPTH) + 3))) {
          long physical = clusterOf(at, handle) + at % ratio;
          new ExtentInsertion(tree, allocator)
              .insert(handle, at, physical, (int) (end - at), unwritten);
          for (long block = at; block < end; block++) {
            model.put(block, (physical + block - at) * 2 + (unwritten ? 1 : 0));
          }
          handle.commit();
        }
        at = end;
      }
      engine.journal().commit();
    }

    /** Makes the extents that lie entirely in a range unwritten. The others stay as they are. */
    void sweep(long first, long end) throws IOException {
      TreeMap<Long, Long> expected = new TreeMap<>(model);
      tree.walk(
          0,
          (logicalBlock, physicalBlock, blockCount, state) -> {
            long behind = logicalBlock + blockCount;
            if (logicalBlock >= first && behind <= end) {
              for (long block = logicalBlock; block < behind; block++) {
                expected.merge(block, 1L, (old, bit) -> old | bit);
              }
            }
            return true;
          });
      model.putAll(expected);
      try (Handle handle = engine.journal().start(1)) {
        new UnwrittenSweep(tree, allocator).sweep(handle, first, end, restart -> restart.run());
        handle.commit();
      }
      engine.journal().commit();
    }

    void insertWithoutCommit(long block) throws IOException {
      try (Handle handle =
          engine.journal().start(ExtentInsertion.credits(ExtentNode.MAX_DEPTH) + 3)) {
        long physical = clusterOf(block, handle);
        new ExtentInsertion(tree, allocator).insert(handle, block, physical, 1, false);
        model.put(block, physical * 2);
        handle.commit();
      }
    }

    /** Inserts one extent that covers the free space from {@code goal} on. */
    void insertWhatIsFreeBehind(long goal, int most) throws IOException {
      long first = 0;
      int count = 0;
      for (; count < most; count++) {
        try (Handle handle = engine.journal().start(4)) {
          long block = allocator.allocateCluster(handle, count == 0 ? goal : first + count);
          if (count == 0) {
            first = block;
          } else if (block != first + count) {
            break;
          }
          inode.declare(handle);
          inode.addSectors(2);
          inode.seal();
          handle.commit();
        }
        model.put((long) count, (first + count) * 2);
      }
      try (Handle handle = engine.journal().start(ExtentInsertion.credits(ExtentNode.MAX_DEPTH))) {
        new ExtentInsertion(tree, allocator).insert(handle, 0, first, count, false);
        handle.commit();
      }
      engine.journal().commit();
      assertThat(count).isEqualTo(most);
    }

    /** Returns the cluster that already holds neighbours of a logical block, or a new one. */
    private long clusterOf(long logicalBlock, Handle handle) throws IOException {
      long first = logicalBlock / ratio * ratio;
      Map.Entry<Long, Long> known = model.ceilingEntry(first);
      if (known != null && known.getKey() < first + ratio) {
        return known.getValue() / 2 - known.getKey() % ratio;
      }
      Map.Entry<Long, Long> left = model.floorEntry(logicalBlock);
      long goal = left == null ? 0 : left.getValue() / 2 + 1;
      inode.declare(handle);
      inode.addSectors(2L * ratio);
      inode.seal();
      return allocator.allocateCluster(handle, goal);
    }

    void splitAt(long logicalBlock) throws IOException {
      try (Handle handle = engine.journal().start(ExtentInsertion.credits(ExtentNode.MAX_DEPTH))) {
        new ExtentInsertion(tree, allocator).splitAt(handle, logicalBlock);
        handle.commit();
      }
      engine.journal().commit();
    }

    void remove(long first, long end) throws IOException {
      List<Long> heard = new ArrayList<>();
      try (Handle handle = engine.journal().start(1)) {
        new ExtentRemoval(tree, allocator)
            .remove(handle, first, end, engine.countingGate(), heard::add);
        handle.commit();
      }
      engine.journal().commit();
      model.subMap(first, end).clear();
      assertThat(heard).isSortedAccordingTo((a, b) -> Long.compare(b, a)).endsWith(first);
    }

    /** Returns the number of clusters that removals have freed, without those of tree blocks. */
    long freedSinceVerified() throws IOException {
      return takenWhenVerified - takenByData(new RawImage(disk));
    }

    private long takenByData(RawImage image) throws IOException {
      return image.takenClusters() - image.tree(inode.inodeNumber()).nodeBlocks().size();
    }

    int depth() throws IOException {
      return new RawImage(disk).tree(inode.inodeNumber()).depth();
    }

    void verify() throws IOException {
      RawImage image = new RawImage(disk);
      RawImage.Tree found = image.tree(inode.inodeNumber());
      Map<Long, Long> mapped = new TreeMap<>();
      for (RawImage.Extent extent : found.extents()) {
        for (int i = 0; i < extent.blockCount(); i++) {
          mapped.put(
              extent.logicalBlock() + i,
              (extent.physicalBlock() + i) * 2 + (extent.unwritten() ? 1 : 0));
        }
      }
      assertThat(mapped.equals(model)).as("mapping equals model").isTrue();
      Set<Long> clusters = new HashSet<>();
      mapped.values().forEach(value -> clusters.add(value / 2 / ratio));
      found.nodeBlocks().forEach(block -> clusters.add(block / ratio));
      takenWhenVerified = takenByData(image);
      assertThat(image.takenClusters()).as("clusters").isEqualTo(takenByOthers + clusters.size());
      assertThat(image.sectors(inode.inodeNumber()))
          .as("i_blocks")
          .isEqualTo(2L * ratio * clusters.size());
      verifyLookups();
    }

    private void verifyLookups() throws IOException {
      Random random = new Random(model.size());
      for (int i = 0; i < 40; i++) {
        long at = model.isEmpty() ? i : model.firstKey() + random.nextInt(6000);
        Mapping mapping = tree.lookup(at);
        Long expected = model.get(at);
        assertThat(mapping.isAllocated()).as("block %d", at).isEqualTo(expected != null);
        if (expected != null) {
          assertThat(mapping.physicalBlock()).as("block %d", at).isEqualTo(expected / 2);
        } else {
          Long next = model.ceilingKey(at);
          long nextKey = next == null ? Long.MAX_VALUE : next;
          assertThat(mapping.logicalEnd()).as("hole at %d", at).isLessThanOrEqualTo(nextKey);
        }
      }
    }

    @Override
    public void close() throws IOException {
      engine.close();
    }
  }
}
