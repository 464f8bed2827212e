package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.LoopDevices;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PosixBlockDeviceTest {
  private static final byte[] LETTERS = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertFails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.errno()).isEqualTo(errno.number()));
  }

  @Test
  void create_existingFile_isNotTouched() throws IOException {
    Path file = Files.writeString(folder.resolve("image"), "precious");
    assertFails(Errno.EEXIST, () -> PosixBlockDevice.create(file.toString(), 10));
    assertThat(file).hasContent("precious");
  }

  @Test
  void create_sizeThatNoFileCanHave_leavesNoFile() {
    assertFails(Errno.EFBIG, () -> PosixBlockDevice.create(path("image"), Long.MAX_VALUE));
    assertThat(folder.resolve("image")).doesNotExist();
    assertThatThrownBy(() -> PosixBlockDevice.create(path("image"), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(AccessMode.class)
  void open_whatIsNoDisk_saysWhy(AccessMode mode) throws Exception {
    assertFails(Errno.ENOENT, () -> PosixBlockDevice.open(path("missing"), mode));
    assertFails(Errno.EISDIR, () -> PosixBlockDevice.open(folder.toString(), mode));
    assertFails(Errno.ENOTBLK, () -> PosixBlockDevice.open("/dev/zero", mode));
    assertFails(Errno.EINVAL, () -> PosixBlockDevice.open("a\0b", mode));
    LoopDevices.assumeTool("mkfifo");
    LoopDevices.run("mkfifo", path("fifo"));
    assertFails(Errno.ENOTBLK, () -> PosixBlockDevice.open(path("fifo"), mode));
  }

  @Test
  void failure_namesPathPlaceAndErrno() throws IOException {
    Path file = Files.write(folder.resolve("image"), new byte[8192]);
    try (BlockDevice device = PosixBlockDevice.open(file.toString(), AccessMode.READ_ONLY)) {
      assertThatThrownBy(() -> device.writeFully(512, ByteBuffer.allocate(1)))
          .isInstanceOfSatisfying(
              DeviceException.class,
              e -> {
                assertThat(e.device()).isEqualTo(file.toString());
                assertThat(e.byteOffset()).isEqualTo(512);
                assertThat(e.errno()).isEqualTo(Errno.EROFS.number());
              })
          .hasMessage(file + ": cannot write at byte 512: Read-only file system");
    }
  }

  @Test
  void readOnly_fileWithoutWritePermissionAndLockedByAnother_canBeRead() throws IOException {
    try (BlockDevice writer = PosixBlockDevice.create(path("image"), 5000);
        BlockDevice reader = PosixBlockDevice.open(path("image"), AccessMode.READ_ONLY)) {
      writer.writeFully(4999, ByteBuffer.wrap(new byte[] {3}));
      ByteBuffer last = ByteBuffer.allocate(1);
      reader.readFully(4999, last);
      assertThat(last.get(0)).isEqualTo((byte) 3);
      assertThat(reader.readOnly()).isTrue();
      assertFails(Errno.EROFS, () -> reader.discard(0, 4096));
      assertFails(Errno.EROFS, () -> reader.writeFully(0, ByteBuffer.allocate(0)));
      reader.flush();
    }
  }

  @Test
  void readOnly_leavesTheFileAsItWas() throws IOException {
    Path file = Files.write(folder.resolve("image"), new byte[5000]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    try (BlockDevice device = PosixBlockDevice.open(file.toString(), AccessMode.READ_ONLY)) {
      device.readFully(0, ByteBuffer.allocate(5000));
    }
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(1000));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 511, 512, 4095, 4097})
  void open_fileOfAnySize_withAndWithoutPageCache(long size) throws IOException {
    PosixBlockDevice.create(path("image"), size).close();
    byte[] content = new byte[(int) size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i + 1);
    }
    for (boolean direct : new boolean[] {false, true}) {
      try (BlockDevice device = open(direct)) {
        assertThat(device.size()).isEqualTo(size);
        device.writeFully(0, ByteBuffer.wrap(content));
        device.flush();
        ByteBuffer back = ByteBuffer.allocateDirect((int) size);
        device.readFully(0, back);
        assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(content));
      } catch (DeviceException e) {
        assertThat(direct).isTrue(); // no O_DIRECT on this file system
        assertThat(e.errno()).isEqualTo(Errno.EINVAL.number());
      }
      assertThat(Files.readAllBytes(folder.resolve("image"))).isEqualTo(content);
    }
  }

  private BlockDevice open(boolean direct) throws IOException {
    return direct
        ? PosixBlockDevice.openDirect(path("image"), AccessMode.READ_WRITE)
        : PosixBlockDevice.open(path("image"), AccessMode.READ_WRITE);
  }

  @Test
  void read_fileTruncatedMeanwhile_failsInsteadOfWaiting() throws IOException {
    try (BlockDevice device = PosixBlockDevice.create(path("image"), 8192);
        RandomAccessFile file = new RandomAccessFile(path("image"), "rw")) {
      file.setLength(4096);
      assertFails(Errno.EIO, () -> device.readFully(4000, ByteBuffer.allocate(200)));
    }
  }

  @Test
  void discard_givesSpaceBackAndKeepsTheSize() throws Exception {
    try (BlockDevice device = PosixBlockDevice.create(path("image"), 1 << 20)) {
      device.writeFully(0, ByteBuffer.wrap(LETTERS));
      device.flush();
      device.discard(4096, LETTERS.length - 8192);
      assertThat(device.size()).isEqualTo(1 << 20);
      byte[] back = new byte[LETTERS.length];
      device.readFully(0, ByteBuffer.wrap(back));
      assertThat(back[4095]).isEqualTo((byte) 'x');
      assertThat(back[4096]).isIn((byte) 0, (byte) 'x');
    }
    assertThat(Files.size(folder.resolve("image"))).isEqualTo(1 << 20);
  }

  @Test
  void descriptor_isNotInheritedByChildren() throws IOException {
    try (BlockDevice device = PosixBlockDevice.create(path("image"), 4096);
        DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      int found = 0;
      for (Path link : open) {
        if (Files.exists(link) && Files.isSameFile(link, Path.of(device.name()))) {
          found++;
          String info =
              Files.readString(Path.of("/proc/self/fdinfo", link.getFileName().toString()));
          int flags = Integer.parseInt(info.replaceAll("(?s).*flags:\\s+([0-7]+).*", "$1"), 8);
          assertThat(flags & OpenFlag.O_CLOEXEC).isNotZero();
        }
      }
      assertThat(found).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"пример образа", "é", "日本", "emoji \uD83D\uDCBE", "new\nline", "-"})
  void name_withAnyCharacters_isFoundAgain(String name) throws IOException {
    PosixBlockDevice.create(path(name), 4096).close();
    PosixBlockDevice.open(path(name), AccessMode.READ_WRITE).close();
    assertThat(PosixBlockDevice.exists(path(name))).isTrue();
    assertThat(PosixBlockDevice.exists(path(name + "x"))).isFalse();
  }

  @Test
  void close_twiceAndAfterFailure_isHarmless() throws IOException {
    BlockDevice device = PosixBlockDevice.create(path("image"), 4096);
    device.close();
    assertThatCode(device::close).doesNotThrowAnyException();
  }

  @Test
  @Tag("oracle")
  void write_fileSystemUnderTheImageFull_failsWithEnospc() throws Exception {
    try (LoopDevices mounts = new LoopDevices()) {
      Path small = folder.resolve("small");
      mounts.mount("tmpfs", small, "-t", "tmpfs", "-o", "size=64k");
      String path = small.resolve("image").toString();
      try (BlockDevice device = PosixBlockDevice.create(path, 1 << 20)) {
        assertFails(Errno.ENOSPC, () -> device.writeFully(0, ByteBuffer.allocate(1 << 19)));
      }
    }
  }

  @Test
  @Tag("oracle")
  void loopDevice_sizeSectorAndReadOnlyFlag_areThoseOfTheKernel() throws Exception {
    try (LoopDevices loops = new LoopDevices()) {
      Path file = folder.resolve("image");
      PosixBlockDevice.create(file.toString(), 5L << 30).close();
      String path = loops.attach(file, "--read-only", "--sector-size", "4096");
      try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_ONLY)) {
        assertThat(device.size()).isEqualTo(5L << 30);
        assertThat(device.sectorSize()).isEqualTo(4096);
        device.readFully((5L << 30) - 1, ByteBuffer.allocateDirect(1));
      }
      assertFails(Errno.EROFS, () -> PosixBlockDevice.open(path, AccessMode.READ_WRITE));
    }
  }

  @Test
  @Tag("oracle")
  void loopDevice_discard_punchesTheFileBelow() throws Exception {
    try (LoopDevices loops = new LoopDevices()) {
      Path file = Files.write(folder.resolve("image"), new byte[1 << 20]);
      String path = loops.attach(file);
      try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_WRITE)) {
        device.writeFully(0, ByteBuffer.wrap(LETTERS));
        device.flush();
        device.discard(100, LETTERS.length - 200); // shrunk to whole sectors
        byte[] back = new byte[LETTERS.length];
        device.readFully(0, ByteBuffer.wrap(back));
        assertThat(back[511]).isEqualTo((byte) 'x');
        assertThat(back[4096]).isEqualTo((byte) 0);
        assertThat(back[back.length - 512]).isEqualTo((byte) 'x');
      }
    }
  }
}
