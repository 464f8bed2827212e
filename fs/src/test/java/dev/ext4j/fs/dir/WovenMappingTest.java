package dev.ext4j.fs.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of block maps whose indirect blocks are used many times: 8 MB of image claim to map 16 GB.
 * Each walk ends when it has passed more blocks than the file system has.
 */
@Timeout(60) // without a bound they take hours
class WovenMappingTest {
  private static final int BLOCK = 1024;
  private static final int MODE = 0;
  private static final int SIZE = 4;
  private static final int POINTERS = 0x28;
  private static final int SIZE_HIGH = 0x6C;
  private static final int DIRECTORY = 040755;
  private static final int MOST_BLOCKS = 12 + 256 + 256 * 256 + 256 * 256 * 256;

  @TempDir Path folder;

  private MemoryBlockDevice disk;
  private long inodeOffset;

  /** Makes all pointers of each level of a file equal, so that all of its blocks are one block. */
  @BeforeEach
  void weave() throws IOException {
    disk = Judge.load(GoldenImage.INDIRECT_TRIPLE.unpackTo(folder.resolve("image")));
    RawImage raw = new RawImage(disk);
    use("/triple.bin", file -> inodeOffset = raw.inodeOffset(file.stat().id().inode()));
    ByteBuffer root = raw.bytes(inodeOffset + POINTERS, 60);
    int content = root.getInt(0);
    for (int level = 0; level < 3; level++) {
      int below = level == 0 ? content : root.getInt(4 * (11 + level));
      fill(root.getInt(4 * (12 + level)), below);
    }
    for (int i = 0; i < 12; i++) {
      root.putInt(4 * i, content);
    }
    disk.writeFully(inodeOffset + POINTERS, root.rewind());
    setSize((long) MOST_BLOCKS * BLOCK);
  }

  private void fill(int block, int pointer) throws IOException {
    ByteBuffer pointers = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    while (pointers.hasRemaining()) {
      pointers.putInt(pointer);
    }
    disk.writeFully((long) block * BLOCK, pointers.flip());
  }

  private void put(long byteOffset, int value, int width) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    disk.writeFully(byteOffset, bytes.limit(width));
  }

  private void setSize(long size) throws IOException {
    put(inodeOffset + SIZE, (int) size, 4);
    put(inodeOffset + SIZE_HIGH, (int) (size >>> 32), 4);
  }

  /** Makes the file a directory whose only block has one entry, for the root. */
  private void makeDirectory() throws IOException {
    ByteBuffer root = new RawImage(disk).bytes(inodeOffset + POINTERS, 60);
    ByteBuffer entries = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    entries.putInt(2).putShort((short) BLOCK).put((byte) 1).put((byte) 2).put((byte) 'x');
    disk.writeFully((long) root.getInt(0) * BLOCK, entries.rewind());
    put(inodeOffset + MODE, DIRECTORY, 2);
    setSize(0xFFFFFC00L);
  }

  private interface Use {
    void of(Ext4File file) throws IOException;
  }

  private void use(String path, Use use) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk.copy(), OpenOptions.readOnly())) {
      use.of(fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8))));
    }
  }

  private void requireBounded(String path, Use use) {
    requireBounded(() -> use(path, use));
  }

  private static void requireBounded(ThrowingCallable walk) {
    assertThatThrownBy(walk)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("more blocks than the file system has");
  }

  @Test
  void fileThatMapsMoreThanThereIs_isWalkedNoFurther() throws IOException {
    requireBounded("/triple.bin", file -> file.seekHole(0));
    requireBounded(
        "/triple.bin",
        file -> file.inspect().map(Holes.OMITTED, (logical, physical, count, state) -> true));
    requireBounded(
        "/triple.bin",
        file -> file.inspect().map(Holes.SHOWN, (logical, physical, count, state) -> true));
  }

  @Test
  void directoryThatMapsMoreThanThereIs_isReadNoFurther() throws IOException {
    makeDirectory();
    requireBounded(
        () -> {
          try (Ext4FileSystem fs = Ext4FileSystem.open(disk.copy(), OpenOptions.readOnly())) {
            long directory = fs.file("/triple.bin").id().inode();
            fs.inodes().list(directory, 0, (name, inode, type, next) -> true);
          }
        });
    requireBounded("/triple.bin/nope", file -> {});
  }

  @Test
  void directoryThatMapsMoreThanThereIs_isChangedNoFurther() throws IOException {
    makeDirectory();
    try (DirectoryBench bench = new DirectoryBench(disk, "/triple.bin", "/direct.bin")) {
      requireBounded(() -> bench.find("nope".getBytes(StandardCharsets.UTF_8)));
      requireBounded(() -> bench.add("new"));
      requireBounded(() -> bench.remove("nope"));
    }
  }

  @Test
  void check_saysThatItIsTooLarge() throws IOException {
    FsckReport report = new Checker(disk, FsckOptions.at(1L << 33), (done, total) -> {}).run();
    assertThat(report.counts())
        .containsEntry(ProblemCode.MAPPING_TOO_LARGE, 1L)
        .containsKey(ProblemCode.BLOCK_CLAIMED_TWICE);
  }

  @Test
  void holeThatIsLargerThanAnyFile_isSkippedAtOnce() throws IOException {
    disk.writeFully(inodeOffset + POINTERS, ByteBuffer.allocate(60));
    setSize(1L << 60);
    use(
        "/triple.bin",
        file -> {
          assertThatThrownBy(() -> file.seekData(5))
              .isInstanceOfSatisfying(
                  FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENXIO));
          assertThat(file.seekHole(5)).isEqualTo(5);
          AtomicLong known = new AtomicLong();
          file.inspect().status((logical, physical, count, state) -> known.incrementAndGet() > 0);
          assertThat(known).hasValueLessThan(1000);
        });
  }
}
