package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.testimages.ImageKinds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of insertions that split an extent first. A plan made before the split would not match the
 * tree.
 */
class InsertRangeTest extends JudgedTest {
  private static final int BLOCK = 1024;

  /** Checks insertions with a full root, with a full leaf, and with trees of depth 2. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 83, 84, 85, 335, 336, 337, 700})
  void insertionIntoTheLastExtent_succeeds(int extents) throws IOException {
    Path image = judge().make(ImageKinds.B1K);
    new DebugfsFiles(judge(), image).everySecondBlock("f", BLOCK, extents);
    MemoryBlockDevice disk = Judge.load(image);
    long end = 2L * extents;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      file(fs).allocate(end * BLOCK, 20 * BLOCK, Size.GROW, ProgressListener.NONE);
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      file(fs).insert((end + 10) * BLOCK, 4 * BLOCK, ProgressListener.NONE);
      assertThat(file(fs).stat().size()).isEqualTo((end + 24) * BLOCK);
    }
    judge().requireClean(disk, extents + " extents");
  }

  private static Ext4File file(Ext4FileSystem fs) throws IOException {
    return fs.file(FileAddress.path("/f".getBytes(StandardCharsets.UTF_8)));
  }
}
