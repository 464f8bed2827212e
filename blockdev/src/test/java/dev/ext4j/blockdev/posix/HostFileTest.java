package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.Skips;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFileTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  private static String content(HostFile file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    while (bytes.hasRemaining() && file.read(bytes) >= 0) {
      // read on
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  @Test
  void regularFile_isReadFromAnyPosition() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "0123456789");
    try (HostFile file = HostFile.open(path.toString())) {
      assertThat(file.size()).isEqualTo(10);
      assertThat(content(file)).isEqualTo("0123456789");
      file.position(7);
      assertThat(content(file)).isEqualTo("789");
    }
  }

  @Test
  void nameThatIsNotUtf8_isOpenedByItsBytes() throws Exception {
    Process made =
        new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'n\\351\\377')\"")
            .directory(folder.toFile())
            .start();
    assertThat(made.waitFor()).isZero();
    try (HostFile file = HostFile.open(folder + "/n\udce9\udcff")) {
      assertThat(content(file)).isEqualTo("x");
    }
    assertThat(PosixBlockDevice.exists(folder + "/n\udce9\udcff")).isTrue();
    assertThat(PosixBlockDevice.exists(folder + "/n\udce9\udcfe")).isFalse();
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // nothing is opened
  void directoryAndMissingFile_areRefusedByName() {
    assertThatThrownBy(() -> HostFile.open(folder.toString()).close())
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EISDIR.number()))
        .hasMessageContaining(folder.toString());
    assertThatThrownBy(() -> HostFile.open(folder + "/none").close())
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT.number()));
  }

  @Test
  void sparseFile_tellsItsDataAndHoles() throws IOException {
    Path path = folder.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(4 * MIB);
      file.seek(2 * MIB);
      file.write(new byte[(int) MIB]);
    }
    try (HostFile file = HostFile.open(path.toString())) {
      Skips.requireKind(file.nextData(0) > 0, "the file system of the test has no holes");
      assertThat(file.nextData(0)).isEqualTo(2 * MIB);
      assertThat(file.nextHole(2 * MIB)).isEqualTo(3 * MIB);
      assertThat(file.nextData(3 * MIB)).as("no more data").isEqualTo(4 * MIB);
      assertThat(file.nextHole(0)).isZero();
      assertThat(file.nextHole(4 * MIB)).as("at the end").isEqualTo(4 * MIB);
    }
  }

  @Test
  void pipe_hasNoSizeAndIsAllData() throws Exception {
    Process made = new ProcessBuilder("mkfifo", folder + "/pipe").start();
    assertThat(made.waitFor()).isZero();
    Process writer = new ProcessBuilder("sh", "-c", "echo hello > " + folder + "/pipe").start();
    try (HostFile file = HostFile.open(folder + "/pipe")) {
      assertThat(file.size()).isZero();
      assertThat(file.nextData(5)).isEqualTo(5);
      assertThat(content(file)).isEqualTo("hello\n");
    }
    assertThat(writer.waitFor()).isZero();
  }
}
