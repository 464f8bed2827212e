package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.Skips;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** Runs flock(1) on the image with a command that holds the lock until its input ends. */
  private Process flock(String... command) throws Exception {
    List<String> words = new ArrayList<>(List.of("flock", path));
    words.addAll(List.of(command));
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void flockOfAnotherProgram_isMetAndNamed() throws Exception {
    Skips.requireOracle(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock(1)");
    Process holder = flock("sh", "-c", "echo held; read line");
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('h');
      assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_WRITE))
          .isInstanceOf(DeviceBusyException.class)
          .hasMessageMatching(".*: is in use: pid [0-9]+ \\([a-z]+\\) has locked it");
      PosixBlockDevice.open(path, AccessMode.READ_ONLY).close();
      assertThat(PosixBlockDevice.useOf(path))
          .hasValueSatisfying(use -> assertThat(use).matches("pid [0-9]+ .* for writing"));
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
    }
    assertThat(PosixBlockDevice.useOf(path)).isEmpty();
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void flockThatTheCallerTookForTheCommand_isNoObstacle() throws Exception {
    Skips.requireOracle(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock(1)");
    try (ChildProcess child = ChildProcess.start(path, List.of(), "C.UTF-8", "flock", path)) {
      assertThat(child.answer()).isEqualTo("open 4096");
      child.end();
    }
  }

  @Test
  void lockOfAWriter_isSeenByFlock() throws Exception {
    Skips.requireOracle(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock(1)");
    try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_WRITE)) {
      Process refused = new ProcessBuilder("flock", "-n", device.name(), "true").start();
      assertThat(refused.waitFor()).isEqualTo(1);
    }
    assertThat(new ProcessBuilder("flock", "-n", path, "true").start().waitFor()).isZero();
  }

  /**
   * Opens and closes an image while other threads start processes. A child that has been forked and
   * has not called exec yet has a copy of the descriptor.
   */
  @Test
  void closedImage_isFreeAtOnceEvenWhileProcessesAreStarted() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    Thread starter =
        new Thread(
            () -> {
              while (!end.get()) {
                try {
                  new ProcessBuilder("true").start().waitFor();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    starter.start();
    try {
      for (int i = 0; i < 2000; i++) {
        PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
      }
    } finally {
      end.set(true);
      starter.join();
    }
  }

  @Test
  void imageThatAnotherProcessHolds_isSaidToBeInUse() throws Exception {
    try (ChildProcess child = ChildProcess.start(path, List.of(), "C.UTF-8")) {
      assertThat(child.answer()).isEqualTo("open 4096");
      assertThat(PosixBlockDevice.useOf(path))
          .hasValueSatisfying(
              use -> assertThat(use).matches("pid [0-9]+ \\(java\\) has locked it for writing"));
      child.end();
    }
  }
}
