package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the hashes of attributes, against e2fsck. */
class XattrHashTest {
  private static final int BLOCK = 1024;
  private static final int MAGIC = 0xEA020000;
  private static final int FIRST_ENTRY_IN_BLOCK = 32;
  private static final int HASH = 12;

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void hashOfAnAttributeInABlock_mustMatchAndIsNeverZero(int hash) throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      ImageRecipe recipe =
          ImageRecipe.of("xattr-hash", "ext4", BLOCK, 8 << 20)
              .withInodes(128)
              .withFeatures("^metadata_csum");
      Path image = judge.make(recipe);
      new DebugfsFiles(judge, image).empty("f");
      Debugfs.writing(image).runAll(List.of("ea_set /f user.a " + "v".repeat(100)));
      MemoryBlockDevice disk = Judge.load(image);
      judge.requireClean(disk, "with an attribute");
      long block = attributeBlock(disk);
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      disk.writeFully(block * BLOCK + FIRST_ENTRY_IN_BLOCK + HASH, bytes.putInt(0, hash));
      assertThat(judge.check(disk).clean()).isFalse();
      FsckReport report = new Checker(disk, FsckOptions.at(1L << 33), ProgressListener.NONE).run();
      assertThat(report.counts()).containsOnlyKeys(ProblemCode.XATTR_HASH);
    }
  }

  private static long attributeBlock(MemoryBlockDevice disk) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (long block = 1; block < disk.size() / BLOCK; block++) {
      disk.readFully(block * BLOCK, bytes.clear());
      if (bytes.getInt(0) == MAGIC) {
        return block;
      }
    }
    throw new AssertionError("no block of attributes");
  }
}
