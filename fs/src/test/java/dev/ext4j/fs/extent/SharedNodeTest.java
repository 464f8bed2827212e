package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.testimages.GoldenFile;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of two files of a hostile image that share one tree, so that each file meets the changes
 * of the other.
 */
class SharedNodeTest {
  private static final int MAPPING = 0x28;
  private static final int MAPPING_SIZE = 60;
  private static final int PIECES = 12;

  @TempDir Path folder;

  @Test
  void blocksThatAnotherFileHasWritten_areRefusedByType() throws IOException {
    GoldenImage golden = GoldenImage.GDT_CRC16;
    MemoryBlockDevice disk = Judge.load(golden.unpackTo(folder.resolve("image")));
    List<String> paths =
        golden.files().values().stream()
            .filter(file -> file.type().equals("regular file"))
            .map(GoldenFile::path)
            .toList();
    assertThat(paths).hasSizeGreaterThan(1);
    long[] numbers = new long[2];
    int blockSize;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      blockSize = fs.info().blockSize();
      for (int i = 0; i < 2; i++) {
        Ext4File file = fs.file(FileAddress.path(paths.get(i).getBytes(StandardCharsets.UTF_8)));
        numbers[i] = file.stat().id().inode();
        file.truncate(0, ProgressListener.NONE);
        file.truncate(2L * PIECES * blockSize, ProgressListener.NONE);
      }
      Ext4File first = fs.file(FileAddress.inode(numbers[0]));
      for (long piece = 0; piece < PIECES; piece++) {
        first.allocate(2 * piece * blockSize, blockSize, Size.KEEP, ProgressListener.NONE);
      }
    }
    RawImage raw = new RawImage(disk);
    ByteBuffer mapping = raw.bytes(raw.inodeOffset(numbers[0]) + MAPPING, MAPPING_SIZE);
    disk.writeFully(raw.inodeOffset(numbers[1]) + MAPPING, mapping);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File one = fs.file(FileAddress.inode(numbers[0]));
      Ext4File other = fs.file(FileAddress.inode(numbers[1]));
      one.inspect().precache();
      other.inspect().precache();
      one.writeDirect(0, ByteBuffer.allocate(blockSize));
      assertThatThrownBy(() -> other.writeDirect(0, ByteBuffer.allocate(blockSize)))
          .isInstanceOf(CorruptionException.class);
      other.write(2L * blockSize, ByteBuffer.allocate(blockSize));
      one.writeDirect(2L * blockSize, ByteBuffer.allocate(blockSize));
      assertThatThrownBy(other::force).isInstanceOf(CorruptionException.class);
    }
  }
}
