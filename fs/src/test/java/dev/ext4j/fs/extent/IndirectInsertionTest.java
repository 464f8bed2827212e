package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of insertions into a block map at places of all its levels, against a map and e2fsck. */
final class IndirectInsertionTest {
  private static final int BLOCK = 1024;
  private static final long[] INTERESTING = {
    0, 11, 12, 267, 268, 523, 524, 3000, 65_803, 65_804, 66_059, 66_060, 131_340, 200_000
  };

  static LongStream seeds() {
    return Seeds.of(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void insertions_mapWhatTheModelSays(long seed) throws IOException {
    Oracles.requireE2fsprogs();
    ImageRecipe recipe =
        ImageRecipe.of("indirect", "ext2", BLOCK, 4 << 20)
            .withFeatures("^resize_inode")
            .withWords("-g", "1024", "-N", "80");
    try (Judge judge = Judge.open()) {
      Path path = judge.make(recipe);
      new DebugfsFiles(judge, path).empty("f");
      MemoryBlockDevice disk = Judge.load(path);
      Random random = new Random(seed);
      Map<Long, Long> model = new TreeMap<>();
      try (Engine engine = Engine.open(disk, 64)) {
        Inode inode = engine.file("/f");
        IndirectBlocks map =
            new IndirectBlocks(inode, engine.volume().geometry(), engine.volume().cache());
        for (int i = 0; i < 200; i++) {
          long at = INTERESTING[random.nextInt(INTERESTING.length)] + random.nextInt(4);
          if (model.containsKey(at)) {
            requireRefused(engine, inode, map, at);
          } else {
            model.put(at, insert(engine, inode, map, at));
          }
        }
        assertThat(blocks(map)).isEqualTo(model);
        FileOperationException e =
            catchThrowableOfType(
                FileOperationException.class, () -> insert(engine, inode, map, map.maxBlocks()));
        assertThat(e.errno()).isEqualTo(Errno.EFBIG);
        engine.journal().commit();
        assertThat(new RawImage(disk).sectors(inode.inodeNumber()))
            .isGreaterThan(2L * model.size());
      }
      judge.requireClean(disk, "seed " + seed);
    }
  }

  private static void requireRefused(Engine engine, Inode inode, IndirectBlocks map, long at) {
    CorruptionException e =
        catchThrowableOfType(CorruptionException.class, () -> insert(engine, inode, map, at));
    assertThat(e.kind()).isEqualTo(Kind.BLOCK_OUT_OF_RANGE);
  }

  private static long insert(Engine engine, Inode inode, IndirectBlocks map, long logicalBlock)
      throws IOException {
    try (Handle handle = engine.journal().start(IndirectInsertion.CREDITS + 2)) {
      long block = engine.volume().allocator().allocateCluster(handle, 100);
      new IndirectInsertion(map, engine.volume().allocator()).insert(handle, logicalBlock, block);
      inode.declare(handle);
      inode.addSectors(BLOCK / 512);
      inode.fields().setSize(Math.max(inode.fields().size(), (logicalBlock + 1) * BLOCK));
      inode.seal();
      handle.commit();
      return block;
    }
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
