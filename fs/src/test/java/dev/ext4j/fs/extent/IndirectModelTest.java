package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of random removals from a block map of all three levels, against a map of blocks. */
class IndirectModelTest {
  private static final int BLOCK = 1024;
  private static final long[] INTERESTING = {
    0, 1, 11, 12, 13, 200, 267, 268, 269, 523, 524, 525, 3000, 65_803, 65_804, 65_805, 66_059,
    66_060, 66_061, 66_316, 131_340, 131_341, 200_000, 1L << 32
  };

  private static Judge judge;
  private static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("indirect", "ext2", BLOCK, 8 << 20)
            .withFeatures("^resize_inode")
            .withWords("-g", "256", "-N", "512");
    Path path = judge.make(recipe);
    List<long[]> pieces = new ArrayList<>();
    for (long at : INTERESTING) {
      long start = Math.max(0, at - 30);
      if (at < 1 << 20 && (pieces.isEmpty() || pieces.get(pieces.size() - 1)[1] <= start * BLOCK)) {
        pieces.add(new long[] {start * BLOCK, (at + 90) * BLOCK});
      }
    }
    new DebugfsFiles(judge, path).pieces("f", 200_100L * BLOCK, pieces);
    image = Judge.load(path);
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> seeds() {
    return Seeds.of(6).mapToObj(seed -> Arguments.of(seed, seed % 2 == 0 ? 30 : 1000));
  }

  @ParameterizedTest(name = "seed {0}, transactions of {1} blocks")
  @MethodSource("seeds")
  void removals_leaveTheRestAndFreeWhatIsEmpty(long seed, int maxTransactionBlocks)
      throws IOException {
    MemoryBlockDevice disk = image.copy();
    Random random = new Random(seed);
    try (Engine engine = Engine.open(disk, maxTransactionBlocks)) {
      engine
          .journal()
          .observe(t -> assertThat(t.memberCount()).isLessThanOrEqualTo(maxTransactionBlocks));
      Inode inode = engine.file("/f");
      IndirectBlocks map =
          new IndirectBlocks(inode, engine.volume().geometry(), engine.volume().cache());
      Map<Long, Long> model = blocks(map);
      long start = new RawImage(disk).takenClusters();
      long sectors = new RawImage(disk).sectors(inode.inodeNumber());
      for (int step = 0; step < 12; step++) {
        long first = INTERESTING[random.nextInt(INTERESTING.length - 1)] + random.nextInt(3);
        long end =
            random.nextBoolean()
                ? first + 1 + random.nextInt(300)
                : Math.max(first + 1, INTERESTING[random.nextInt(INTERESTING.length)]);
        remove(engine, map, first, end);
        long limit = end;
        model.keySet().removeIf(block -> block >= first && block < limit);
        assertThat(blocks(map).equals(model)).as("after %d to %d", first, end).isTrue();
        judge.requireClean(disk, "seed " + seed + ", after " + first + " to " + end);
        RawImage raw = new RawImage(disk);
        assertThat(sectors - raw.sectors(inode.inodeNumber()))
            .as("i_blocks and bitmaps fall together")
            .isEqualTo(2 * (start - raw.takenClusters()));
        for (long at : INTERESTING) {
          Mapping found = map.lookup(at);
          assertThat(found.isAllocated()).as("block %d", at).isEqualTo(model.containsKey(at));
        }
      }
      remove(engine, map, 0, map.maxBlocks());
      assertThat(new RawImage(disk).sectors(inode.inodeNumber())).isZero();
    }
    judge.requireClean(disk, "seed " + seed + ", all removed");
  }

  @Test
  void blocksInMoreGroupsThanATransactionTakes_areFreedInParts() throws IOException {
    MemoryBlockDevice disk = image.copy();
    int maxTransactionBlocks = 30;
    int groups = 24; // two blocks each
    try (Engine engine = Engine.open(disk, maxTransactionBlocks)) {
      engine
          .journal()
          .observe(t -> assertThat(t.memberCount()).isLessThanOrEqualTo(maxTransactionBlocks));
      Inode inode = engine.file("/f");
      IndirectBlocks map =
          new IndirectBlocks(inode, engine.volume().geometry(), engine.volume().cache());
      remove(engine, map, 0, map.maxBlocks());
      for (int group = 0; group < groups; group++) {
        try (Handle handle = engine.journal().start(IndirectInsertion.CREDITS + 3)) {
          long block = engine.volume().allocator().allocateCluster(handle, 100 + 256L * group);
          new IndirectInsertion(map, engine.volume().allocator()).insert(handle, 12 + group, block);
          inode.declare(handle);
          inode.addSectors(BLOCK / 512);
          inode.seal();
          handle.commit();
        }
      }
      engine.journal().commit();
      judge.requireClean(disk, "a block in each group");
      int before = engine.restarts();
      remove(engine, map, 0, map.maxBlocks());
      assertThat(engine.restarts()).isGreaterThan(before);
      assertThat(new RawImage(disk).sectors(inode.inodeNumber())).isZero();
    }
    judge.requireClean(disk, "all removed");
  }

  /** A removal that ends in an indirect block leaves it, though it may be empty then. */
  @Test
  void indirectBlocksThatAreEmpty_areFreedWithinTheirCredits() throws IOException {
    MemoryBlockDevice disk = image.copy();
    int nodes = 12;
    long pointers = BLOCK / Integer.BYTES;
    try (Engine engine = Engine.open(disk, 30)) {
      Inode inode = engine.file("/f");
      IndirectBlocks map =
          new IndirectBlocks(inode, engine.volume().geometry(), engine.volume().cache());
      remove(engine, map, 0, map.maxBlocks());
      for (int node = 0; node < nodes; node++) {
        long first = map.base(3) + node * pointers * pointers;
        try (Handle handle = engine.journal().start(IndirectInsertion.CREDITS + 3)) {
          long block = engine.volume().allocator().allocateCluster(handle, 100 + 256L * node);
          new IndirectInsertion(map, engine.volume().allocator()).insert(handle, first, block);
          inode.declare(handle);
          inode.addSectors(BLOCK / 512);
          inode.seal();
          handle.commit();
        }
        remove(engine, map, first, first + pointers);
      }
      judge.requireClean(disk, "a triple indirect block over empty ones");
      assertThat(new RawImage(disk).sectors(inode.inodeNumber())).isEqualTo((1 + nodes) * 2L);
      remove(engine, map, 0, map.maxBlocks());
      assertThat(new RawImage(disk).sectors(inode.inodeNumber())).isZero();
    }
    judge.requireClean(disk, "all removed");
  }

  private static void remove(Engine engine, IndirectBlocks map, long first, long end)
      throws IOException {
    try (Handle handle = engine.journal().start(1)) {
      new IndirectRemoval(map, engine.volume().allocator())
          .remove(handle, first, end, engine.countingGate(), at -> {});
      handle.commit();
    }
    engine.journal().commit();
  }

  private static Map<Long, Long> blocks(IndirectBlocks map) throws IOException {
    Map<Long, Long> blocks = new TreeMap<>();
    map.walk(
        0,
        (logicalBlock, physicalBlock, blockCount, state) -> {
          for (long i = 0; i < blockCount; i++) {
            blocks.put(logicalBlock + i, physicalBlock + i);
          }
          return true;
        });
    return blocks;
  }
}
