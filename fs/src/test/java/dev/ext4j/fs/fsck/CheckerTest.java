package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.MemoryExceededException;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the checker on the images that come with the tests: sound ones, and some with one error.
 */
class CheckerTest {
  private static final long NOW = 1L << 33; // later than any time in an image
  private static final int WOVEN = 40;

  @TempDir Path folder;

  private MemoryBlockDevice unpack(GoldenImage image) throws IOException {
    Path file = folder.resolve("image");
    Files.deleteIfExists(file);
    return Judge.load(image.unpackTo(file));
  }

  private static FsckReport check(MemoryBlockDevice disk) throws IOException {
    return new Checker(disk, FsckOptions.at(NOW), ProgressListener.NONE).run();
  }

  @ParameterizedTest
  @EnumSource(GoldenImage.class)
  void imageOfTheKernel_hasNoProblem(GoldenImage image) throws IOException {
    MemoryBlockDevice disk = unpack(image);
    Fsck.Outcome outcome =
        Fsck.check(disk, FsckOptions.at(NOW), Fsck.View.REPLAYED, ProgressListener.NONE);
    // The next mount after a crash updates the totals in the superblock.
    assertThat(outcome.report().counts().keySet())
        .isSubsetOf(
            image.needsRecovery()
                ? Set.of(ProblemCode.FREE_BLOCKS, ProblemCode.FREE_INODES)
                : Set.of());
    assertThat(outcome.report().isClean()).isTrue();
    assertThat(outcome.warnings().isEmpty()).isEqualTo(!image.needsRecovery());
  }

  @Test
  void check_writesNothing() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(unpack(GoldenImage.DIRTY_JOURNAL));
    Fsck.Outcome outcome =
        Fsck.check(recording, FsckOptions.at(NOW), Fsck.View.REPLAYED, ProgressListener.NONE);
    assertThat(outcome.report().isClean()).isTrue();
    assertThat(recording.eventCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void anyNumberOfThreads_findTheSameInTheSameOrder(int threads) throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    for (long offset = 40_000; offset < 60_000; offset += 3001) {
      poke(disk, offset, 0xA5);
    }
    FsckOptions options = FsckOptions.at(NOW);
    FsckReport one = new Checker(disk, options.withThreads(1), ProgressListener.NONE).run();
    FsckReport many = new Checker(disk, options.withThreads(threads), ProgressListener.NONE).run();
    assertThat(many.problems()).isEqualTo(one.problems());
    assertThat(many.counts()).isEqualTo(one.counts());
  }

  @Test
  void lackOfMemory_isRefusedByName() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.SAMPLE);
    FsckOptions options = FsckOptions.at(NOW);
    ProgressListener thatFillsTheHeap =
        (done, total) -> {
          throw new OutOfMemoryError("Java heap space");
        };
    assertThatThrownBy(() -> new Checker(disk, options, thatFillsTheHeap).run())
        .isInstanceOf(MemoryExceededException.class)
        .hasMessageContaining("--budget");
  }

  @Test
  void noFileSystemAtAll_isRefusedByName() {
    assertThatThrownBy(() -> check(new MemoryBlockDevice(1 << 20)))
        .isInstanceOfSatisfying(
            CorruptionException.class,
            e -> assertThat(e.kind()).isEqualTo(CorruptionException.Kind.NOT_EXT4));
  }

  @Test
  void linkCount_isComparedWithTheNames() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    long root = inodeOffset(disk, 2);
    int links = u16(disk, root + 0x1A);
    poke(disk, root + 0x1A, links + 1);
    assertThat(check(disk).problems())
        .containsExactly(
            Problem.of(ProblemCode.LINK_COUNT, 2).found(links + 1).expected(links).path("/"));
  }

  @Test
  void countOfBlocks_isComparedWithTheMapping() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    long root = inodeOffset(disk, 2);
    int sectors = u16(disk, root + 0x1C);
    poke(disk, root + 0x1C, sectors + 2);
    assertThat(check(disk).problems())
        .containsExactly(
            Problem.of(ProblemCode.BLOCK_COUNT_WRONG, 2)
                .found(sectors + 2)
                .expected(sectors)
                .path("/"));
  }

  @Test
  void bitThatIsSetForNothing_isFoundWithItsBlock() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    int blockSize = 1024 << u16(disk, 1024 + 0x18);
    long descriptors = blockSize == 1024 ? 2048 : blockSize;
    long bitmap = (long) u16(disk, descriptors) * blockSize;
    // The last bit that is clear: in any image its block is free.
    int free = 8 * blockSize - 1;
    while (((peek(disk, bitmap + free / 8) >> (free % 8)) & 1) != 0) {
      free--;
    }
    poke(disk, bitmap + free / 8, peek(disk, bitmap + free / 8) | 1 << (free % 8));
    long block = free + (blockSize == 1024 ? 1L : 0L);
    assertThat(check(disk).problems())
        .containsExactly(Problem.of(ProblemCode.BLOCK_MARKED_USED).group(0).block(block).found(1));
  }

  @Test
  void problemsOfOneKind_beyondTheLimit_areCountedOnly() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    for (long inode = 12; inode < 20; inode++) {
      poke(disk, inodeOffset(disk, inode), 1); // a mode, no links, no deletion time
      poke(disk, inodeOffset(disk, inode) + 0x1A, 0);
    }
    FsckOptions options = FsckOptions.at(NOW).withMostProblems(3);
    FsckReport report = new Checker(disk, options, ProgressListener.NONE).run();
    Map<ProblemCode, Long> counts = report.counts();
    assertThat(counts.get(ProblemCode.DELETED_WITHOUT_TIME)).isEqualTo(8);
    assertThat(
            report.problems().stream()
                .filter(p -> p.code() == ProblemCode.DELETED_WITHOUT_TIME)
                .toList())
        .hasSize(3);
  }

  /**
   * Checks that woven maps are followed a bounded number of times. An indirect block that points to
   * itself, three levels deep, maps millions of blocks for each file.
   */
  @Test
  void mapsWovenIntoEachOther_areFollowedABoundedNumberOfTimes() throws IOException {
    MemoryBlockDevice disk = unpack(GoldenImage.INDIRECT_TRIPLE);
    int blockSize = 1024 << u16(disk, 1024 + 0x18);
    int woven = (int) (disk.size() / blockSize) - 1;
    ByteBuffer pointers = ByteBuffer.allocate(blockSize).order(ByteOrder.LITTLE_ENDIAN);
    while (pointers.hasRemaining()) {
      pointers.putInt(woven);
    }
    disk.writeFully((long) woven * blockSize, pointers.flip());
    ByteBuffer word = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, woven);
    for (long inode = 12; inode < 12 + WOVEN; inode++) {
      long at = inodeOffset(disk, inode);
      disk.writeFully(at, ByteBuffer.wrap(new byte[] {(byte) 0xA4, (byte) 0x81}));
      poke(disk, at + 0x1A, 1);
      disk.writeFully(at + 0x28 + 4 * 14, word.rewind());
    }
    FsckReport report = check(disk);
    assertThat(report.counts()).containsKey(ProblemCode.BLOCK_CLAIMED_TWICE);
    assertThat(report.passes().stream().mapToLong(FsckReport.Pass::bytesRead).sum())
        .isLessThan(2L << 30);
  }

  @Test
  void namesOfE2fsck_areWellFormed() {
    for (ProblemCode code : ProblemCode.values()) {
      List<String> names = code.e2fsckNames();
      assertThat(names).as(code.name()).allMatch(name -> name.matches("[0-9][A-E]?_[A-Z0-9_]+"));
      assertThat(code.text()).as(code.name()).isNotBlank();
    }
  }

  private static long inodeOffset(MemoryBlockDevice disk, long inode) throws IOException {
    int blockSize = 1024 << u16(disk, 1024 + 0x18);
    int perGroup = u16(disk, 1024 + 0x28);
    int inodeSize = u16(disk, 1024 + 0x58);
    long descriptors = blockSize == 1024 ? 2048 : blockSize;
    assertThat(inode).isLessThanOrEqualTo(perGroup);
    return (long) u16(disk, descriptors + 8) * blockSize + (inode - 1) * inodeSize;
  }

  private static int u16(MemoryBlockDevice disk, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    disk.readFully(offset, bytes);
    return bytes.getShort(0) & 0xFFFF;
  }

  private static int peek(MemoryBlockDevice disk, long offset) throws IOException {
    return u16(disk, offset) & 0xFF;
  }

  private static void poke(MemoryBlockDevice disk, long offset, int value) throws IOException {
    disk.writeFully(offset, ByteBuffer.wrap(new byte[] {(byte) value}));
  }
}
