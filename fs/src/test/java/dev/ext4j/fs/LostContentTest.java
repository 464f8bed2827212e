package dev.ext4j.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.SyncPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that content written to memory reaches the device, or that each owner of the open file is
 * told of the loss.
 */
class LostContentTest extends TwoFilesTest {
  private static final long SECONDS = 60;

  private final Laboratory lab = new Laboratory();

  private static void refuseNext(FaultyDevice device, Operation operation) {
    device.failOnce(operation, device.calls(operation) + 1, Errno.EIO);
  }

  private static void requireAll(Ext4File file, int count, int value) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(count);
    while (read.hasRemaining() && file.read(read.position(), read) > 0) {}
    assertThat(Arrays.mismatch(read.array(), bytes(count, value).array())).isEqualTo(-1);
  }

  @Test
  void contentThatTheDeviceRefuses_isToldToEachOwnerOnce() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File one = file(fs, "/f");
      Ext4File other = file(fs, "/f");
      one.write(0, bytes(BLOCK, 'A'));
      refuseNext(device, Operation.WRITE);
      assertThatExceptionOfType(DeviceException.class).isThrownBy(one::force);
      one.force();
      assertThatExceptionOfType(DeviceException.class)
          .as("the other owner")
          .isThrownBy(other::force);
      other.force();
      file(fs, "/f").force(); // opened after each owner had been told
      assertThatExceptionOfType(DeviceException.class).as("the file system's").isThrownBy(fs::sync);
      fs.sync();
    }
    judge().requireClean(disk, "after content was lost");
  }

  @Test
  void ownerWhoOpensAfterALossThatNobodyWasToldOf_isTold() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File one = file(fs, "/f");
      one.write(0, bytes(BLOCK, 'A'));
      refuseNext(device, Operation.WRITE);
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> one.readDirect(0, ByteBuffer.allocate(BLOCK)));
      assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> file(fs, "/f").force());
    }
  }

  static Stream<Exception> failures() {
    return Stream.of(
        new IllegalStateException("made to fail"),
        new FileOperationException(dev.ext4j.blockdev.Errno.ENOSPC, "made to fail"),
        new CommitFailedException(
            CommitFailedException.Outcome.AS_BEFORE, new IOException("made to fail")));
  }

  @SuppressWarnings("unchecked")
  private static <X extends Exception> void fail(Exception failure) throws X {
    throw (X) failure;
  }

  /**
   * Checks that content stays in memory, dirty, if the conversion of its blocks to written ones
   * fails. The content itself is not at fault.
   */
  @ParameterizedTest
  @MethodSource("failures")
  void failureThatIsNotOfTheContent_leavesItInMemory(Exception failure) throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      file.write(0, bytes(3 * BLOCK, 'A'));
      AtomicBoolean fails = new AtomicBoolean(true);
      lab.stopAt(
          (point, inode, detail) -> {
            if (point == SyncPoint.IO_DONE && fails.getAndSet(false)) {
              LostContentTest.<RuntimeException>fail(failure);
            }
          });
      assertThatThrownBy(file::force).isSameAs(failure);
      requireAll(file, 3 * BLOCK, 'A');
      file.force();
      requireAll(file, 3 * BLOCK, 'A');
      assertThat(file.inspect().verify()).isEmpty();
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      requireAll(file(fs, "/f"), 3 * BLOCK, 'A');
    }
    judge().requireClean(disk, "after a failure that was made good");
  }

  @Test
  void contentChangedAnewWhileItsWriteFails_isKept() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      file.write(0, bytes(BLOCK, 'A'));
      refuseNext(device, Operation.WRITE);
      lab.stopAt(
          (point, inode, detail) -> {
            if (point == SyncPoint.WB_SUBMITTED) {
              lab.stopAt(null);
              Thread writer =
                  new Thread(
                      () -> {
                        try {
                          file.write(0, bytes(BLOCK, 'B'));
                        } catch (IOException e) {
                          throw new AssertionError(e);
                        }
                      });
              writer.start();
              try {
                writer.join();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          });
      assertThatExceptionOfType(IOException.class).isThrownBy(file::force);
      requireAll(file, BLOCK, 'B');
      file.force();
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      requireAll(file(fs, "/f"), BLOCK, 'B');
    }
  }

  @Test
  void flushThatFails_nothingCountsAsDurableAfterIt() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      file.write(0, bytes(BLOCK, 'A'));
      file.force();
      file.write(0, bytes(BLOCK, 'B'));
      refuseNext(device, Operation.FLUSH); // there is nothing to commit but the times
      assertThatExceptionOfType(IOException.class).isThrownBy(file::forceContent);
      assertThatExceptionOfType(FileOperationException.class)
          .isThrownBy(file::force)
          .satisfies(e -> assertThat(e.errno()).isEqualTo(dev.ext4j.blockdev.Errno.EROFS));
      assertThatExceptionOfType(FileOperationException.class).isThrownBy(fs::sync);
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      assertThat(fs.inspect().journal().needsRecovery()).isTrue();
      assertThat(fs.inspect().journal().log().orElseThrow().errno()).as("s_errno").isEqualTo(-5);
    }
  }

  /**
   * Checks that a thread goes on waiting for a commit although it is interrupted. It needs free
   * space, all of which becomes available only with that commit.
   */
  @Test
  void interruptedWhileItWaitsForACommit_waits() throws Exception {
    MemoryBlockDevice disk = image.copy();
    // So much memory that nothing is written in the background. A background thread would wait for
    // the commit in place of this one.
    OpenOptions plenty =
        LaboratoryOptions.readWrite(lab).toBuilder()
            .writable(true)
            .memory(new MemoryBounds(16 << 20, 64 << 20, 1000))
            .build();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, plenty)) {
      Ext4File file = file(fs, "/f");
      Ext4File large = file(fs, "/g");
      long size = 0;
      for (long step = 16 << 20; step >= BLOCK; ) {
        try {
          large.allocate(size, step, Size.GROW, ProgressListener.NONE);
          size += step;
        } catch (FileOperationException e) {
          step /= 2;
        }
      }
      CountDownLatch stands = new CountDownLatch(1);
      CountDownLatch goes = new CountDownLatch(1);
      AtomicReference<Throwable> failed = new AtomicReference<>();
      Thread punch =
          new Thread(
              () -> {
                try {
                  large.punch(0, 8 << 20, ProgressListener.NONE);
                } catch (IOException e) {
                  failed.set(e);
                }
              });
      lab.stopAt(
          (point, inode, detail) -> {
            if (point == SyncPoint.CM_ORDERED && Thread.currentThread() == punch) {
              stands.countDown();
              awaitUninterruptibly(goes);
            }
          });
      punch.start();
      stands.await();
      file.write(0, bytes(6 << 20, 'N')); // more than is free before the commit
      Thread forcing = Thread.currentThread();
      AtomicBoolean forced = new AtomicBoolean();
      AtomicBoolean waited = new AtomicBoolean();
      Thread release =
          new Thread(
              () -> {
                while (!waited.get() && !forced.get()) {
                  waited.set(waitsForACommit(forcing));
                }
                goes.countDown();
              });
      Thread.currentThread().interrupt();
      release.start();
      try {
        file.force();
      } finally {
        forced.set(true);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      }
      release.join();
      punch.join();
      assertThat(waited).as("it has waited").isTrue();
      assertThat(failed.get()).isNull();
      requireAll(file, 6 << 20, 'N');
    }
    judge().requireClean(disk, "after an interrupt");
  }

  private static boolean waitsForACommit(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        && Stream.of(thread.getStackTrace())
            .anyMatch(frame -> frame.getClassName().endsWith(".CommitInProgress"));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Checks that bytes stored through a mapping beyond the end of the file never reach the device.
   */
  @Test
  void bytesBehindTheEnd_areZerosOnDisk() throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Mount mount = new Mount(disk, MountOptions.readWrite())) {
      Inode inode = mount.paths().resolve("/f".getBytes(UTF_8));
      FileContent content = new FileContent(inode, mount.volume());
      content.write(0, bytes(100, 'A'));
      new MappedFile(inode, mount.volume()).store(50, bytes(1000, 'B'));
      content.force();
      long[] block = new long[1];
      try (RankedLock.Held lock = inode.locks().inode().shared()) {
        block[0] = new BlockMapper(inode, mount.volume()).map(0, 1).physicalBlock();
      }
      ByteBuffer there = ByteBuffer.allocate(BLOCK);
      disk.readFully(block[0] * BLOCK, there);
      assertThat(there.get(99)).isEqualTo((byte) 'B');
      for (int i = 100; i < BLOCK; i++) {
        assertThat(there.get(i)).as("byte %d", i).isZero();
      }
    }
    judge().requireClean(disk, "after bytes behind the end");
  }

  /**
   * Checks that writeback goes on in another thread after an error such as a lack of memory. Work
   * is requested while the first thread ends, or only later.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void errorInTheThreadThatWritesBack_anotherOneTakesItsPlace(boolean askedWhileItEnds)
      throws Exception {
    MemoryBlockDevice disk = image.copy();
    OpenOptions little =
        LaboratoryOptions.readWrite(lab).toBuilder()
            .memory(new MemoryBounds(1 << 20, 1 << 20, 64))
            .build();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, little)) {
      Ext4File file = file(fs, "/f");
      CompletableFuture<Thread> failing = new CompletableFuture<>();
      CountDownLatch mayEnd = new CountDownLatch(1);
      CountDownLatch again = new CountDownLatch(1);
      lab.stopAt(
          (point, inode, detail) -> {
            Thread current = Thread.currentThread();
            if (point == SyncPoint.WB_LOOKUP && current.getName().contains("writeback")) {
              if (failing.complete(current)) {
                current.setUncaughtExceptionHandler((thread, e) -> {});
                awaitUninterruptibly(mayEnd);
                throw new OutOfMemoryError("made to fail");
              }
              again.countDown();
            }
          });
      int background = 1 + (1 << 20) / 4 / BLOCK; // more than a quarter of the pages is dirty
      for (int i = 0; i < background; i++) {
        file.write((long) i * BLOCK, bytes(BLOCK, 'A'));
      }
      Thread ending = failing.get(SECONDS, TimeUnit.SECONDS);
      if (!askedWhileItEnds) {
        mayEnd.countDown();
        ending.join();
      }
      file.write((long) background * BLOCK, bytes(BLOCK, 'A'));
      mayEnd.countDown();
      assertThat(again.await(SECONDS, TimeUnit.SECONDS)).as("another thread").isTrue();
      lab.stopAt(null);
      fs.sync();
    }
    judge().requireClean(disk, "after an error in the background");
  }
}
