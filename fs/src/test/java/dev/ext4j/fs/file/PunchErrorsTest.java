package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.KernelRefusal;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the punches that ext4j refuses, with the errno of fallocate(2) and as the kernel refuses
 * them.
 */
class PunchErrorsTest {
  private static final long MAX_SIZE = 0xFFFFFFFFL * 4096;

  private static Judge judge;
  private static Path image;
  private static MemoryBlockDevice disk;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    image = judge.make(ImageKinds.B4K.sized(16 << 20));
    DebugfsFiles files = new DebugfsFiles(judge, image);
    for (String name : List.of("f", "immutable", "append", "deleted", "encrypted")) {
      files.dense(name, 20_000);
    }
    Debugfs.writing(image)
        .runAll(
            List.of(
                "mkdir dir",
                "mknod fifo p",
                "mknod null c 1 3",
                "mknod sda b 8 0",
                "symlink link /f",
                "set_inode_field immutable flags 0x80010",
                "set_inode_field append flags 0x80020"));
    disk = Judge.load(image);
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  /**
   * A punch that fails.
   *
   * @param asked whether the kernel is asked as well
   */
  private record Case(String file, long byteOffset, long byteCount, Errno errno, boolean asked) {}

  static Stream<Case> refusedPunches() {
    return Stream.of(
        new Case("f", -1, 4096, Errno.EINVAL, false),
        new Case("f", 0, 0, Errno.EINVAL, false),
        new Case("f", 0, -5, Errno.EINVAL, false),
        new Case("f", Long.MIN_VALUE, Long.MAX_VALUE, Errno.EINVAL, false),
        new Case("f", MAX_SIZE - 1, 2, Errno.EFBIG, true),
        new Case("f", MAX_SIZE, 1, Errno.EFBIG, true),
        new Case("f", 1L << 60, 1, Errno.EFBIG, true),
        new Case("f", 1, Long.MAX_VALUE - 1, Errno.EFBIG, true),
        new Case("f", 1, Long.MAX_VALUE, Errno.EFBIG, true),
        new Case("f", Long.MAX_VALUE, Long.MAX_VALUE, Errno.EFBIG, true),
        new Case("immutable", 0, 1, Errno.EPERM, true),
        new Case("append", 0, 1, Errno.EPERM, true),
        new Case("dir", 0, 1, Errno.EISDIR, true),
        new Case("fifo", 0, 1, Errno.ESPIPE, true),
        new Case("null", 0, 1, Errno.ENODEV, true),
        new Case("link", 0, 1, Errno.ENODEV, false),
        // These fix the order of the checks: range, file flags, type, size.
        new Case("immutable", 0, 0, Errno.EINVAL, false),
        new Case("dir", 0, 0, Errno.EINVAL, false),
        new Case("immutable", 1L << 60, 1, Errno.EPERM, true),
        new Case("fifo", 1L << 60, 1, Errno.ESPIPE, true),
        new Case("dir", 1L << 60, 1, Errno.EISDIR, true));
  }

  @ParameterizedTest
  @MethodSource
  void refusedPunches(Case test) throws IOException {
    requireErrno(path("/" + test.file()), test.byteOffset(), test.byteCount(), test.errno());
  }

  @Test
  void refusedPunches_areRefusedByTheKernelForTheSameReason() throws IOException {
    Oracles.requireKernel();
    try (KernelMount mount = KernelMount.readWrite(image, "dev")) {
      for (Case test : refusedPunches().filter(Case::asked).toList()) {
        assertThatThrownBy(() -> mount.file(test.file()).punch(test.byteOffset(), test.byteCount()))
            .as(test.toString())
            .isInstanceOf(KernelRefusal.class)
            .hasMessageContaining(test.errno().text());
      }
    }
  }

  @Test
  void largestRangeThatTheKernelTakes_isTaken() throws IOException {
    MemoryBlockDevice copy = disk.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(copy, OpenOptions.readWrite())) {
      fs.file(path("/f")).punch(MAX_SIZE - 1, 1, ProgressListener.NONE);
      fs.file(path("/f")).punch(0, MAX_SIZE, ProgressListener.NONE);
      assertThat(fs.file(path("/f")).stat().sectors()).isZero();
    }
    judge.requireClean(copy, "all of a file");
  }

  @Test
  void reservedInodes_areNotPunched() throws IOException {
    for (long number : new long[] {1, 3, 7, 8}) {
      MemoryBlockDevice copy = disk.copy();
      try (Ext4FileSystem fs = Ext4FileSystem.open(copy, OpenOptions.readWrite())) {
        assertThatThrownBy(
                () -> fs.file(FileAddress.inode(number)).punch(0, 4096, ProgressListener.NONE))
            .as("inode %d", number)
            .isInstanceOfSatisfying(
                Ext4Exception.class, e -> assertThat(e.errno()).isIn(Errno.EPERM, Errno.ENOENT));
      }
      judge.requireClean(copy, "inode " + number);
    }
  }

  @Test
  void deletedInode_isMissing() throws IOException {
    Path copy = judge.save(disk.copy(), "deleted.img");
    long number = Debugfs.reading(copy).stat("deleted").inode();
    Debugfs.writing(copy).run("rm deleted");
    MemoryBlockDevice changed = Judge.load(copy);
    try (Ext4FileSystem fs = Ext4FileSystem.open(changed, OpenOptions.readWrite())) {
      assertThatThrownBy(
              () -> fs.file(FileAddress.inode(number)).punch(0, 4096, ProgressListener.NONE))
          .isInstanceOfSatisfying(
              Ext4Exception.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }
  }

  @Test
  void encryptedFile_isRefusedByTheNameOfTheFeature() throws IOException {
    Path copy = judge.save(disk.copy(), "encrypted.img");
    Debugfs.writing(copy).setInodeField("encrypted", "flags", "0x80800");
    MemoryBlockDevice changed = Judge.load(copy);
    try (Ext4FileSystem fs = Ext4FileSystem.open(changed, OpenOptions.readWrite())) {
      assertThatThrownBy(() -> fs.file(path("/encrypted")).punch(0, 1, ProgressListener.NONE))
          .isInstanceOfSatisfying(
              UnsupportedFeatureException.class, e -> assertThat(e.feature()).isEqualTo("encrypt"));
    }
  }

  @Test
  void fileSystemOpenForReading_isReadOnly() throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk.copy(), OpenOptions.readOnly())) {
      assertThatThrownBy(() -> fs.file(path("/f")).punch(0, 1, ProgressListener.NONE))
          .isInstanceOfSatisfying(
              Ext4Exception.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
    }
  }

  private static FileAddress path(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }

  private static void requireErrno(
      FileAddress address, long byteOffset, long byteCount, Errno errno) {
    MemoryBlockDevice copy = disk.copy();
    assertThatThrownBy(
            () -> {
              try (Ext4FileSystem fs = Ext4FileSystem.open(copy, OpenOptions.readWrite())) {
                fs.file(address).punch(byteOffset, byteCount, ProgressListener.NONE);
              }
            })
        .isInstanceOfSatisfying(Ext4Exception.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
