package dev.ext4j.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.file.Fallocate;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.PunchPlan;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests of changes that are undone: afterwards the engine trusts nothing that it noted of them. */
class TakeBackTest extends TwoFilesTest {
  private static final int SIZE = 64 * BLOCK;

  private final Laboratory lab = LaboratoryOptions.checking();

  private static Ext4File filled(Ext4FileSystem fs, int value) throws IOException {
    Ext4File file = file(fs, "/f");
    file.write(0, bytes(SIZE, value));
    file.force();
    return file;
  }

  private static void requireAll(Ext4File file, int value, boolean direct) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(SIZE);
    int count = direct ? file.readDirect(0, read) : file.read(0, read);
    assertThat(count).isEqualTo(SIZE);
    assertThat(Arrays.mismatch(read.array(), bytes(SIZE, value).array())).isEqualTo(-1);
  }

  private static final class Failure extends IOException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void batchThatFailsBesideReaders_fileIsAsBefore() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      AtomicBoolean ended = new AtomicBoolean();
      AtomicReference<Throwable> failed = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean direct = i > 0;
        readers.add(
            new Thread(
                () -> {
                  ByteBuffer read = ByteBuffer.allocate(3 * BLOCK);
                  try {
                    while (!ended.get()) {
                      read.clear();
                      long at = (System.nanoTime() >>> 6) % (SIZE - BLOCK);
                      int count = direct ? file.readDirect(at, read) : file.read(at, read);
                      for (int k = 0; k < count; k++) {
                        byte b = read.get(k);
                        if (b != 'A' && b != 0 && b != 'B') {
                          throw new AssertionError("byte " + b + " is nobody's");
                        }
                      }
                    }
                  } catch (Throwable e) {
                    failed.set(e);
                  }
                }));
      }
      readers.forEach(Thread::start);
      for (int round = 0; round < 300; round++) {
        int kind = round % 3;
        assertThatExceptionOfType(Failure.class)
            .isThrownBy(
                () ->
                    fs.atomically(
                        () -> {
                          switch (kind) {
                            case 0 -> file.insert(0, 16 * BLOCK, ProgressListener.NONE);
                            case 1 -> file.collapse(0, 8 * BLOCK, ProgressListener.NONE);
                            default -> {
                              file.punch(100, 20 * BLOCK, ProgressListener.NONE);
                              file.write(5 * BLOCK, bytes(BLOCK, 'B'));
                            }
                          }
                          throw new Failure();
                        }));
        requireAll(file, 'A', round % 2 == 0);
        assertThat(file.stat().size()).isEqualTo(SIZE);
      }
      ended.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failed.get()).isNull();
      assertThat(file.inspect().verify()).isEmpty();
    }
    judge().requireClean(disk, "after batches that failed");
  }

  /** Checks that the engine keeps nothing that a reader noted in the middle of a failed batch. */
  @Test
  void batchThatIsLookedAtInTheMiddle_leavesNoMark() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(
              () ->
                  fs.atomically(
                      () -> {
                        file.insert(0, 16 * BLOCK, ProgressListener.NONE);
                        lookAt(file);
                        throw new Failure();
                      }));
      requireAll(file, 'A', true);
      requireAll(file, 'A', false);
      assertThat(file.inspect().verify()).isEmpty();
    }
    judge().requireClean(disk, "after a batch that was looked at");
  }

  private static void lookAt(Ext4File file) throws IOException {
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                file.read(0, ByteBuffer.allocate(BLOCK));
                file.seekData(0);
                file.inspect()
                    .status(
                        (logical, physical, count, state) -> {
                          boolean ofTheBatch = state == State.HOLE && logical < 16;
                          assertThat(ofTheBatch).as("noted in the middle").isFalse();
                          return true;
                        });
              } catch (Throwable e) {
                failed.set(e);
              }
            });
    reader.start();
    awaitEnd(reader);
    assertThat(failed.get()).isNull();
  }

  @Test
  void operationDoneInPartWithinABatch_takesAllOfItBackEvenIfTheCallerGoesOn() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      Ext4File other = file(fs, "/g");
      // The batch needs more blocks than a log of 1024 blocks or one transaction can hold.
      assertThatExceptionOfType(FileOperationException.class)
          .isThrownBy(
              () ->
                  fs.atomically(
                      () -> {
                        file.write(0, bytes(BLOCK, 'B'));
                        try {
                          for (int i = 0; i < 4000; i++) {
                            other.write(2L * i * BLOCK, bytes(BLOCK, 'C'));
                            file.write((long) (i % 64) * BLOCK, bytes(BLOCK, 'B'));
                            file.allocate(
                                (100 + 2L * i) * BLOCK, BLOCK, Size.KEEP, ProgressListener.NONE);
                          }
                        } catch (PartialOperationException e) {
                          throw new AssertionError("nothing is done in part here", e);
                        }
                        throw new FileOperationException(
                            dev.ext4j.blockdev.Errno.ENOSPC, "no room, or all was done");
                      }));
      requireAll(file, 'A', true);
      assertThat(other.stat().size()).isZero();
    }
    judge().requireClean(disk, "after a batch too large");
  }

  /**
   * Checks that an operation that fails after restarts of its handle is undone. Within a batch a
   * restart commits nothing. The test makes handles restart, and makes the operation fail.
   */
  @Test
  void operationCutOffWithinABatch_isTakenBackThoughItsCallerGoesOn() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Mount mount = new Mount(disk, MountOptions.readWrite().withProbes(lab.probes()))) {
      Inode inode = mount.paths().resolve("/f".getBytes(UTF_8));
      FileContent content = new FileContent(inode, mount.volume());
      for (int i = 0; i < 20; i++) {
        content.write(2L * i * BLOCK, bytes(BLOCK, 'A'));
      }
      mount.sync();
      long sectors = inode.fields().sectors();
      int[] asked = {0};
      int[] steps = {0};
      ProgressListener failing =
          (done, total) -> {
            if (++steps[0] == 7) {
              TakeBackTest.<RuntimeException>fail(new Failure());
            }
          };
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(
              () ->
                  mount.atomically(
                      () -> {
                        lab.limitCredits(() -> ++asked[0] % 2 == 0);
                        Fallocate filling =
                            new Fallocate(inode, mount.volume(), 0, SIZE, Size.KEEP, failing);
                        assertThatExceptionOfType(Failure.class).isThrownBy(filling::allocate);
                        lab.limitCredits(null);
                        assertThat(inode.fields().sectors())
                            .as("a part is done")
                            .isGreaterThan(sectors);
                      }));
      assertThat(inode.fields().sectors()).isEqualTo(sectors);
      assertThat(new FileInvariants(inode, mount.volume()).check()).isEmpty();
    }
    judge().requireClean(disk, "after an operation that was cut off in a batch");
  }

  /**
   * Checks that a page filled in the middle of a failed batch is filled again. Its reader started
   * before the batch.
   */
  @Test
  void pageThatIsFilledWithinABatchThatFails_isFilledAgain() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      filled(fs, 'A');
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      CountDownLatch misses = new CountDownLatch(1);
      CountDownLatch goesOn = new CountDownLatch(1);
      AtomicReference<Throwable> failed = new AtomicReference<>();
      ByteBuffer inTheMiddle = ByteBuffer.allocate(BLOCK);
      Thread reader =
          new Thread(
              () -> {
                try {
                  file.read(0, inTheMiddle);
                } catch (Throwable e) {
                  failed.set(e);
                }
              });
      lab.stopAt(
          (point, number, detail) -> {
            if (point == SyncPoint.RD_MISS && Thread.currentThread() == reader) {
              misses.countDown();
              awaitEnd(goesOn);
            }
          });
      try {
        reader.start();
        misses.await();
        assertThatExceptionOfType(Failure.class)
            .isThrownBy(
                () ->
                    fs.atomically(
                        () -> {
                          file.write(0, bytes(BLOCK, 'B'));
                          goesOn.countDown();
                          awaitEnd(reader);
                          throw new Failure();
                        }));
      } finally {
        lab.stopAt(null);
      }
      assertThat(failed.get()).isNull();
      assertThat(inTheMiddle.get(0)).as("seen in the middle").isEqualTo((byte) 'B');
      requireAll(file, 'A', false);
      requireAll(file, 'A', true);
    }
    judge().requireClean(disk, "after a page was filled in a batch");
  }

  /**
   * Checks that a file that a failed batch made longer ends where its content ends. The content is
   * in memory, beyond the size on disk.
   */
  @Test
  void fileThatGrowsInABatchThatFails_endsWhereItsWrittenContentEnds() throws Exception {
    MemoryBlockDevice disk = image.copy();
    long written = 1 << 20;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      file.write(written - BLOCK, bytes(BLOCK, 'A'));
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(
              () ->
                  fs.atomically(
                      () -> {
                        file.allocate(2 * written, BLOCK, Size.GROW, ProgressListener.NONE);
                        assertThat(file.stat().size()).isEqualTo(2 * written + BLOCK);
                        throw new Failure();
                      }));
      assertThat(file.stat().size()).isEqualTo(written);
      file.force();
      assertThat(file.stat().size()).isEqualTo(written);
    }
    judge().requireClean(disk, "after a file grew in a batch");
  }

  /**
   * Checks that a failed truncation loses nothing. Half of the content is in memory only, beyond
   * the size on disk and beyond the new end.
   */
  @Test
  void fileThatIsCutByAnOperationThatFails_hasAllOfItsContent() throws Exception {
    failWithHalfInMemory((file, failing) -> file.truncate(SIZE / 4, failing));
  }

  @Test
  void holeThatFails_leavesWhatWasWrittenToMemory() throws Exception {
    failWithHalfInMemory((file, failing) -> file.punch(SIZE / 4 + 7, SIZE / 2, failing));
  }

  private interface FailingOperation {
    void on(Ext4File file, ProgressListener failing) throws IOException;
  }

  private void failWithHalfInMemory(FailingOperation operation) throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = file(fs, "/f");
      file.write(0, bytes(SIZE / 2, 'A'));
      file.force();
      file.write(SIZE / 2, bytes(SIZE / 2, 'A'));
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(
              () ->
                  operation.on(
                      file, (done, total) -> TakeBackTest.<RuntimeException>fail(new Failure())));
      assertThat(file.stat().size()).isEqualTo(SIZE);
      assertThat(file.inspect().verify()).isEmpty();
      requireAll(file, 'A', false);
      file.force();
      requireAll(file, 'A', true);
      assertThat(file.inspect().verify()).isEmpty();
    }
    judge().requireClean(disk, "after an operation that failed");
  }

  /**
   * Checks that a cluster with a delayed block is promised again if an operation fails that
   * allocated another block of it.
   */
  @Test
  void clusterThatIsTakenByAnOperationThatFails_isPromisedAgain() throws Exception {
    MemoryBlockDevice disk =
        make(ImageRecipe.of("clusters", "ext4", BLOCK, 16L << 20).withClusters(4 * BLOCK));
    try (Mount mount = new Mount(disk, MountOptions.readWrite().withProbes(lab.probes()))) {
      Inode inode = mount.paths().resolve("/f".getBytes(UTF_8));
      FileContent content = new FileContent(inode, mount.volume());
      content.write(BLOCK, bytes(BLOCK, 'B'));
      assertThat(mount.volume().allocator().promisedClusters()).isOne();
      ProgressListener failing =
          (done, total) -> {
            assertThat(mount.volume().allocator().promisedClusters()).isZero();
            TakeBackTest.<RuntimeException>fail(new Failure());
          };
      Fallocate filling = new Fallocate(inode, mount.volume(), 0, BLOCK, Size.KEEP, failing);
      assertThatExceptionOfType(Failure.class).isThrownBy(filling::allocate);
      assertThat(mount.volume().allocator().promisedClusters()).isOne();
      assertThat(inode.reservedClusters().get()).isOne();
      content.force();
      assertThat(mount.volume().allocator().promisedClusters()).isZero();
    }
    judge().requireClean(disk, "after a cluster was taken in vain");
  }

  private static void awaitEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <X extends Exception> void fail(Exception failure) throws X {
    throw (X) failure;
  }

  @Test
  void commitThatFails_nothingOfItIsBelieved() throws Exception {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      requireAll(file, 'A', false);
      device.failOnce(Operation.FLUSH, device.calls(Operation.FLUSH) + 1, Errno.EIO);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> file.insert(0, 16 * BLOCK, ProgressListener.NONE));
      assertThat(file.stat().size()).isEqualTo(SIZE);
      requireAll(file, 'A', true);
      requireAll(file, 'A', false);
      assertThat(file.inspect().verify()).isEmpty();
      assertThatExceptionOfType(FileOperationException.class).isThrownBy(fs::sync);
    } catch (FileOperationException e) {
      assertThat(e.errno()).isEqualTo(dev.ext4j.blockdev.Errno.EROFS);
    }
  }

  @Test
  void prepareThatFails_nothingOfItIsBelieved() throws Exception {
    ImageRecipe plain =
        ImageRecipe.of("plain", "ext4", BLOCK, 32L << 20).withFeatures("^has_journal");
    FaultyDevice device = new FaultyDevice(make(plain));
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      long flushes = device.calls(Operation.FLUSH);
      device.failOnce(Operation.FLUSH, flushes + 1, Errno.EIO);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> file.insert(0, 16 * BLOCK, ProgressListener.NONE));
      requireAll(file, 'A', true);
      requireAll(file, 'A', false);
      assertThat(file.inspect().verify()).isEmpty();
    } catch (FileOperationException e) {
      assertThat(e.errno()).isEqualTo(dev.ext4j.blockdev.Errno.EROFS);
    }
  }

  @Test
  void planWithinABatch_showsWhatTheBatchHasDone() throws Exception {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, LaboratoryOptions.readWrite(lab))) {
      Ext4File file = filled(fs, 'A');
      fs.atomically(
          () -> {
            file.punch(0, 10 * BLOCK, ProgressListener.NONE);
            assertThat(file.inspect().planPunch(0, SIZE).removedBlocks()).isEqualTo(54);
          });
      assertThat(file.inspect().planPunch(0, SIZE).removedBlocks()).isEqualTo(54);
      file.write(0, bytes(BLOCK, 'B')); // delayed
      PunchPlan before = file.inspect().planPunch(0, SIZE);
      fs.sync();
      assertThat(before.removedBlocks()).isEqualTo(55);
      assertThat(file.inspect().planPunch(0, SIZE)).isEqualTo(before);
    }
    judge().requireClean(disk, "after plans");
  }
}
