package dev.ext4j.fs.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test of an impossible count of free blocks in the superblock. Linux does not rely on this count
 * either.
 */
class ImpossibleCounterTest {
  private static final int FREE_BLOCKS_HIGH = 0x158;
  private static final FileAddress FILE =
      FileAddress.path("/data.bin".getBytes(StandardCharsets.UTF_8));

  @ParameterizedTest
  @ValueSource(ints = {0xFFEE0000, 0x7FFFFFFF, 0x00010000, -1})
  void writtenBlocks_areThoseThatAreTaken(int high) throws IOException {
    MemoryBlockDevice disk = SampleDisk.make();
    MetadataPiece superblock = MetadataScan.of(disk).get(0);
    ByteBuffer bytes = superblock.read(disk).putInt(FREE_BLOCKS_HIGH, high);
    superblock.seal().seal(bytes, disk);
    superblock.write(disk, bytes);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FILE);
      long end = 1200L * 4096;
      long before = file.stat().sectors();
      file.writeDirect(end, ByteBuffer.allocate(50_000));
      assertThat(file.stat().sectors() - before).isEqualTo(13 * 8);
      assertThat(file.inspect().verify()).isEmpty();
    }
  }
}
