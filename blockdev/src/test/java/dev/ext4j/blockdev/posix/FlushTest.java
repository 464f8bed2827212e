package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.LoopDevices;
import dev.ext4j.blockdev.Skips;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test that a flush reaches the disk. No data that a device reads back can show this. Only a
 * power cut would, so the test reads the kernel's counters and traces the system calls.
 */
class FlushTest {
  private static final int FLUSHES_COUNTED = 15; // the 16th field, in Linux 5.5 and later

  @TempDir Path folder;

  /** A program that writes and flushes twice while strace watches it. */
  static final class Traced {
    private Traced() {}

    public static void main(String[] arguments) throws IOException {
      try (BlockDevice device = PosixBlockDevice.open(arguments[0], AccessMode.READ_WRITE)) {
        for (int i = 0; i < 2; i++) {
          device.writeFully(i * 512L, ByteBuffer.wrap(new byte[] {1, 2, 3}));
          device.flush();
        }
      }
    }
  }

  private BlockDevice open(String path, boolean direct) throws IOException {
    return direct
        ? PosixBlockDevice.openDirect(path, AccessMode.READ_WRITE)
        : PosixBlockDevice.open(path, AccessMode.READ_WRITE);
  }

  /** Returns how often the kernel has told a disk to empty its cache. */
  private static long flushes(String device) throws IOException {
    Path counters = Path.of("/sys/block", device.replace("/dev/", ""), "stat");
    String[] fields = Files.readString(counters).strip().split("\\s+", -1);
    Skips.requireKind(fields.length > FLUSHES_COUNTED, "this kernel counts no flushes");
    return Long.parseLong(fields[FLUSHES_COUNTED]);
  }

  private static void requireWriteCache(String device) throws IOException {
    Path cache = Path.of("/sys/block", device.replace("/dev/", ""), "queue/write_cache");
    Skips.requireKind(
        Files.readString(cache).strip().equals("write back"),
        "the kernel flushes no loop devices here");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("oracle")
  void loopDevice_eachFlush_reachesTheDiskAndNoWriteDoes(boolean direct) throws Exception {
    try (LoopDevices loops = new LoopDevices()) {
      Path file = Files.write(folder.resolve("image"), new byte[1 << 20]);
      String path = loops.attach(file);
      requireWriteCache(path);
      try (BlockDevice device = open(path, direct)) {
        for (int i = 0; i < 3; i++) {
          long before = flushes(path);
          device.writeFully(i * 4096L, ByteBuffer.wrap(new byte[] {1, 2, 3}));
          assertThat(flushes(path)).as("after a write").isEqualTo(before);
          device.flush();
          assertThat(flushes(path)).as("after a flush").isGreaterThan(before);
        }
      }
    }
  }

  /**
   * Checks the disk below a file system without a journal, which flushes only on request of a
   * program.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("oracle")
  void imageFile_eachFlush_reachesTheDiskBelowAndNoWriteDoes(boolean direct) throws Exception {
    try (LoopDevices loops = new LoopDevices()) {
      LoopDevices.assumeTool("mke2fs");
      Path disk = Files.write(folder.resolve("disk"), new byte[8 << 20]);
      LoopDevices.run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", disk.toString());
      String loop = loops.attach(disk);
      requireWriteCache(loop);
      Path mounted = folder.resolve("mounted");
      loops.mount(loop, mounted, "-t", "ext4", "-o", "barrier=1");
      String path = mounted.resolve("image").toString();
      PosixBlockDevice.create(path, 1 << 20).close();
      try (BlockDevice device = open(path, direct)) {
        for (int i = 0; i < 3; i++) {
          long before = flushes(loop);
          device.writeFully(i * 4096L, ByteBuffer.wrap(new byte[] {1, 2, 3}));
          assertThat(flushes(loop)).as("after a write").isEqualTo(before);
          device.flush();
          assertThat(flushes(loop)).as("after a flush").isGreaterThan(before);
        }
      }
    }
  }

  @Test
  @Tag("oracle")
  void imageFile_writeAndFlush_areSystemCallsInThatOrder() throws Exception {
    LoopDevices.assumeTool("strace");
    Path image = Files.write(folder.resolve("image"), new byte[4096]).toRealPath();
    Path trace = folder.resolve("trace");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("strace", "-f", "--seccomp-bpf", "-y", "-o", trace.toString()));
    try {
      LoopDevices.run("strace", "-f", "--seccomp-bpf", "-e", "trace=fdatasync", "true");
    } catch (IOException e) {
      Skips.requireKind(false, "strace does not work here: " + e.getMessage());
    }
    command.addAll(List.of("-e", "trace=pwrite64,fdatasync,fsync"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", classPath)));
    command.addAll(List.of(Traced.class.getName(), image.toString()));
    LoopDevices.run(command.toArray(String[]::new));
    assertThat(Files.readAllLines(trace).stream().filter(line -> line.contains("<" + image + ">")))
        .extracting(line -> line.replaceFirst("^\\d+ +(\\w+)\\(.*", "$1"))
        .containsExactly("pwrite64", "fdatasync", "pwrite64", "fdatasync");
  }

  /** Replaces the descriptor of the file by one of /dev/null, on which fdatasync fails. */
  @Test
  void descriptorThatCannotBeSynced_flushFailsAndGoesOnToFail() throws Exception {
    try (BlockDevice device = PosixBlockDevice.create(folder.resolve("image").toString(), 4096)) {
      int number = descriptorOf(device);
      int kept = Native.posix().dup(number);
      int unsyncable = Native.posix().open("/dev/null", OpenFlag.O_RDWR, 0);
      try {
        assertThat(Native.posix().dup2(unsyncable, number)).isEqualTo(number);
        device.writeFully(0, ByteBuffer.wrap(new byte[] {1}));
        assertFlushFails(device);
        assertThat(Native.posix().dup2(kept, number)).isEqualTo(number);
        assertFlushFails(device);
      } finally {
        Native.posix().close(unsyncable);
        Native.posix().close(kept);
      }
    }
  }

  @Test
  void descriptorThatCannotBeSynced_readOnly_isNotAskedTo() throws Exception {
    Path file = Files.write(folder.resolve("image"), new byte[4096]);
    try (BlockDevice device = PosixBlockDevice.open(file.toString(), AccessMode.READ_ONLY)) {
      int unsyncable = Native.posix().open("/dev/null", OpenFlag.O_RDWR, 0);
      try {
        assertThat(Native.posix().dup2(unsyncable, descriptorOf(device))).isNotNegative();
        assertThatCode(device::flush).doesNotThrowAnyException();
      } finally {
        Native.posix().close(unsyncable);
      }
    }
  }

  private static void assertFlushFails(BlockDevice device) {
    assertThatThrownBy(device::flush)
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL.number()))
        .hasMessageContaining("cannot flush");
  }

  /**
   * Returns the number of the only descriptor of this process that is open on the device's file.
   */
  private static int descriptorOf(BlockDevice device) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : open) {
        if (Files.exists(link) && Files.isSameFile(link, Path.of(device.name()))) {
          numbers.add(Integer.parseInt(link.getFileName().toString()));
        }
      }
    }
    assertThat(numbers).hasSize(1);
    return numbers.get(0);
  }
}
