package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLockTest {
  @TempDir Path folder;
  private String path = "";

  @BeforeEach
  void createImage() throws Exception {
    path = folder.resolve("image").toString();
    PosixBlockDevice.create(path, 4096).close();
  }

  @Test
  void secondOpenInTheSameProcess_isRefusedUntilTheFirstIsClosed() throws Exception {
    BlockDevice first = PosixBlockDevice.open(path, AccessMode.READ_WRITE);
    assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_WRITE))
        .isInstanceOfSatisfying(
            DeviceBusyException.class, e -> assertThat(e.device()).isEqualTo(path))
        .hasMessage(path + ": is in use: another program has locked it");
    PosixBlockDevice.open(path, AccessMode.READ_ONLY).close(); // does not release the lock
    assertThatThrownBy(() -> PosixBlockDevice.openDirect(path, AccessMode.READ_WRITE))
        .isInstanceOf(DeviceBusyException.class);
    first.close();
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void secondNameOfTheSameFile_isRefused() throws Exception {
    Path link = Files.createLink(folder.resolve("link"), Path.of(path));
    BlockDevice first = PosixBlockDevice.open(path, AccessMode.READ_WRITE);
    assertThatThrownBy(() -> PosixBlockDevice.open(link.toString(), AccessMode.READ_WRITE))
        .isInstanceOf(DeviceBusyException.class);
    first.close();
  }

  @Test
  void newImage_isLockedFromTheStart() throws Exception {
    String other = folder.resolve("new").toString();
    try (BlockDevice created = PosixBlockDevice.create(other, 4096)) {
      assertThatThrownBy(() -> PosixBlockDevice.open(created.name(), AccessMode.READ_WRITE))
          .isInstanceOf(DeviceBusyException.class);
    }
  }

  @Test
  void secondProcess_isRefusedWhileTheFirstHoldsTheImage() throws Exception {
    try (ChildProcess child = ChildProcess.start(path, List.of(), "C.UTF-8")) {
      assertThat(child.answer()).isEqualTo("open 4096");
      assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_WRITE))
          .isInstanceOf(DeviceBusyException.class);
      child.end();
    }
    try (BlockDevice holder = PosixBlockDevice.open(path, AccessMode.READ_WRITE);
        ChildProcess child = ChildProcess.start(holder.name(), List.of(), "C.UTF-8")) {
      assertThat(child.answer()).isEqualTo("busy");
    }
  }

  @Test
  void recordLockOfAnotherProgram_isMet() throws Exception {
    // FileChannel takes a POSIX record lock. A running QEMU also locks byte ranges.
    try (FileChannel channel = FileChannel.open(Path.of(path), StandardOpenOption.WRITE);
        FileLock lock = channel.lock(100, 1, false)) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_WRITE))
          .isInstanceOf(DeviceBusyException.class);
    }
  }

  @Test
  void nameBeyondAscii_inTheCLocale_isOpened() throws Exception {
    Path image = folder.resolve("образ é");
    PosixBlockDevice.create(image.toString(), 12345).close();
    for (List<String> options :
        List.of(
            List.<String>of(), List.of("-Dfile.encoding=UTF-8", "-Djnr.ffi.asm.enabled=false"))) {
      try (ChildProcess child = ChildProcess.start(image.toString(), options, "C")) {
        assertThat(child.answer()).isEqualTo("open 12345");
        child.end();
      }
    }
  }
}
