package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataScan;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of a root with a capacity of one entry, as in a hostile image. Linux accepts it. */
class SmallRootTest {
  private static final int BLOCK = 1024;
  private static final int ROOT_CAPACITY = 0x28 + 4;
  private static final FileAddress FILE =
      FileAddress.path("/shallow.bin".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;

  @Test
  void onlyLeafWithMoreThanFitTheRoot_staysALeaf() throws IOException {
    MemoryBlockDevice disk =
        Judge.load(GoldenImage.EXTENT_DEPTH_2.unpackTo(folder.resolve("image")));
    long number;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      punchFrom(fs, 20);
      number = fs.file(FILE).stat().id().inode();
    }
    shrinkRoot(disk, number);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      punchFrom(fs, 6);
      assertThat(extents(fs)).hasSizeBetween(2, 4);
      punchFrom(fs, 2);
      assertThat(extents(fs)).hasSize(1);
      assertThat(fs.file(FILE).inspect().verify()).isEmpty();
    }
  }

  private static void punchFrom(Ext4FileSystem fs, long block) throws IOException {
    fs.file(FILE).punch(block * BLOCK, 1L << 30, ProgressListener.NONE);
  }

  private static List<Long> extents(Ext4FileSystem fs) throws IOException {
    List<Long> starts = new ArrayList<>();
    Ext4File file = fs.file(FILE);
    file.inspect().map(Holes.OMITTED, (logical, physical, count, state) -> starts.add(logical));
    return starts;
  }

  private static void shrinkRoot(MemoryBlockDevice disk, long number) throws IOException {
    for (MetadataPiece piece : MetadataScan.of(disk)) {
      if (piece.what().equals("inode " + number)) {
        ByteBuffer inode = piece.read(disk);
        inode.putShort(ROOT_CAPACITY, (short) 1);
        piece.seal().seal(inode, disk);
        piece.write(disk, inode);
        return;
      }
    }
    throw new AssertionError("no inode " + number);
  }
}
