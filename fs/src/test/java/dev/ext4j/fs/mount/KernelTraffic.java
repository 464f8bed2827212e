package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.testimages.ForkGate;
import dev.ext4j.testimages.KernelMount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Traffic that makes the kernel commit transactions of many kinds. Files are created, changed and
 * deleted, in folders that are created and deleted, too, so that blocks are revoked. The kernel is
 * made to commit but never to sync, so that committed blocks are in the log and not yet written
 * home. A folder is renamed before each commit, because the kernel then makes no fast commit.
 */
final class KernelTraffic {
  private static final int FILES = 30;
  private static final int COMMIT_EVERY = 10;
  private static final int MAGIC = 0xC03B3998;

  private final KernelMount mount;
  private final Random random;
  private int turns;

  private KernelTraffic(KernelMount mount, long seed) {
    this.mount = mount;
    this.random = new Random(seed);
  }

  /**
   * An image after a power failure.
   *
   * @param wraps the number of times that the start of the log was seen to wrap around
   */
  record Crashed(Path image, int wraps) {}

  /** Mounts an image, works on it for some rounds, and copies its state to {@code target}. */
  static Crashed crash(Path image, Path target, int rounds, long seed, String... options)
      throws IOException {
    LogStart start = new LogStart(image);
    String[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = "commit=300";
    try (KernelMount mount = KernelMount.readWrite(image, all)) {
      int wraps = run(mount, rounds, seed, start);
      return new Crashed(mount.copyAsItLies(target), wraps);
    }
  }

  /** Works on a mounted file system. The last change is committed. */
  static void run(KernelMount mount, int rounds, long seed) throws IOException {
    KernelTraffic traffic = new KernelTraffic(mount, seed);
    for (int round = 0; round < rounds; round++) {
      traffic.round(round);
    }
  }

  private static int run(KernelMount mount, int rounds, long seed, LogStart start)
      throws IOException {
    KernelTraffic traffic = new KernelTraffic(mount, seed);
    int wraps = 0;
    long last = start.read();
    for (int round = 0; round < rounds; round++) {
      traffic.round(round);
      long now = start.read();
      wraps += now < last ? 1 : 0;
      last = now;
    }
    return wraps;
  }

  /** Works for a round while no child process can share its files, so that none is an orphan. */
  private void round(int round) throws IOException {
    ForkGate.withoutStarts(() -> changeAndCommit(round));
  }

  private void changeAndCommit(int round) throws IOException {
    Path folder = Files.createDirectory(mount.path("d" + round));
    for (int i = 0; i < FILES; i++) {
      byte[] content = new byte[random.nextInt(i % COMMIT_EVERY == 0 ? 20_000 : 900)];
      random.nextBytes(content);
      // A block that begins with the magic number of the log must be escaped in the log.
      for (int at = 0; i % COMMIT_EVERY == 0 && at + 4 <= content.length; at += mount.blockSize()) {
        ByteBuffer.wrap(content).putInt(at, MAGIC);
      }
      Path file = folder.resolve("a file with a long name so that its folder grows " + i);
      Files.write(file, content);
      if (i % COMMIT_EVERY == COMMIT_EVERY - 1) {
        commit(file);
      }
    }
    if (round >= 2) {
      remove(mount.path("d" + (round - 2)));
    }
    commit(folder.resolve("a file with a long name so that its folder grows 0"));
  }

  private void remove(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void commit(Path file) throws IOException {
    Path turn = mount.path("turn" + turns);
    if (turns == 0) {
      Files.createDirectory(turn);
    }
    Files.move(turn, mount.path("turn" + ++turns));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * The start of the log in a mounted image, read from the image file and not through the mount.
   */
  private static final class LogStart {
    private static final int S_START = 0x1C;

    private final Path image;
    private final long byteOffset;

    LogStart(Path image) throws IOException {
      this.image = image;
      try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
        byteOffset = log(device).area().byteOffset(0) + S_START;
      }
    }

    long read() throws IOException {
      try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ)) {
        ByteBuffer start = ByteBuffer.allocate(4);
        file.read(start, byteOffset);
        return start.getInt(0) & 0xFFFFFFFFL;
      }
    }
  }

  /** Returns the log of an image in any state. */
  static LogSuperblock log(BlockDevice device) throws IOException {
    MountOptions options = MountOptions.readOnly();
    return LogFinder.find(device, SuperblockLoader.load(device, options), options);
  }
}
