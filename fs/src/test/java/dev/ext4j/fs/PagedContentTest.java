package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.blockdev.sim.WriteCacheDevice;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests of content that goes through pages, as a user of the library sees it. */
class PagedContentTest extends TwoFilesTest {
  private static Ext4File file(Ext4FileSystem fs) throws IOException {
    return file(fs, "/f");
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(Ext4File file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) file.stat().size());
    while (content.hasRemaining() && file.read(content.position(), content) > 0) {}
    return content.array();
  }

  @Test
  void write_isReadAtOnce_andOutlivesACrashAfterForce() throws IOException {
    MemoryBlockDevice disk = image.copy();
    byte[] bytes = random(5 * BLOCK + 77);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(0, ByteBuffer.wrap(bytes));
      assertThat(read(file)).isEqualTo(bytes);
      assertThat(file.stat().sectors()).as("space set aside counts").isEqualTo(6 * BLOCK / 512);
      MemoryBlockDevice before = disk.copy();
      file.force();
      MemoryBlockDevice after = disk.copy();
      try (Ext4FileSystem crashed = Ext4FileSystem.open(before, OpenOptions.readWrite())) {
        assertThat(file(crashed).stat().size()).isZero();
      }
      try (Ext4FileSystem crashed = Ext4FileSystem.open(after, OpenOptions.readWrite())) {
        assertThat(read(file(crashed))).isEqualTo(bytes);
      }
      judge().requireClean(after, "after force, a crash and a recovery");
    }
    judge().requireClean(disk, "after the close");
  }

  @Test
  void close_bringsEverythingToTheDisk() throws IOException {
    MemoryBlockDevice disk = image.copy();
    byte[] bytes = random(3 << 20);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      file(fs).write(1000, ByteBuffer.wrap(bytes));
    }
    judge().requireClean(disk, "after the close");
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      byte[] there = read(file(fs));
      assertThat(java.util.Arrays.copyOfRange(there, 1000, there.length)).isEqualTo(bytes);
      assertThat(there).startsWith(new byte[1000]);
    }
  }

  @Test
  void moreThanMemoryHolds_isWrittenMeanwhile() throws IOException {
    MemoryBlockDevice disk = image.copy();
    byte[] piece = random(1 << 20);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      for (int i = 0; i < 40; i++) {
        file(fs).write((long) i * piece.length, ByteBuffer.wrap(piece));
      }
      for (int i = 0; i < 40; i++) {
        ByteBuffer back = ByteBuffer.allocate(piece.length);
        while (back.hasRemaining()) {
          assertThat(file(fs).read((long) i * piece.length + back.position(), back)).isPositive();
        }
        assertThat(back.array()).isEqualTo(piece);
      }
    }
    judge().requireClean(disk, "after 40 MiB");
  }

  @Test
  void write_beyondFreeSpace_failsAtOnceAndKeepsWhatFits() throws IOException {
    MemoryBlockDevice disk = image.copy();
    byte[] piece = random(1 << 20);
    long written = 0;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      ByteBuffer source = ByteBuffer.wrap(piece);
      try {
        while (written < disk.size()) {
          source.clear();
          file.write(written, source);
          written += piece.length;
        }
        throw new AssertionError("all of it fits");
      } catch (FileOperationException e) {
        assertThat(e.errno()).isEqualTo(dev.ext4j.blockdev.Errno.ENOSPC);
        written += source.position();
      }
      assertThat(file.stat().size()).isEqualTo(written);
      file.force();
    }
    judge().requireClean(disk, "a full file system");
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      byte[] there = read(file(fs));
      assertThat(there).hasSize((int) written);
      for (int at = 0; at < there.length; at += piece.length) {
        int count = Math.min(piece.length, there.length - at);
        assertThat(java.util.Arrays.equals(there, at, at + count, piece, 0, count)).isTrue();
      }
    }
  }

  @Test
  void contentThatCannotBeWritten_isToldByForceOnce() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(0, ByteBuffer.wrap(random(BLOCK)));
      file.force();
      file.write(BLOCK, ByteBuffer.wrap(random(BLOCK)));
      device.failOnce(Operation.WRITE, device.calls(Operation.WRITE) + 1, Errno.EIO);
      assertThatExceptionOfType(DeviceException.class).isThrownBy(file::force);
      file.force();
      ByteBuffer lost = ByteBuffer.allocate(BLOCK);
      assertThat(file.read(BLOCK, lost)).isPositive();
      assertThat(lost.array()).as("nothing foreign").isEqualTo(new byte[BLOCK]);
    }
    judge().requireClean(disk, "after a write that failed");
  }

  @Test
  void failureThatAReaderMeets_isToldByForceAsWell() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(0, ByteBuffer.wrap(random(BLOCK)));
      device.failOnce(Operation.WRITE, device.calls(Operation.WRITE) + 1, Errno.EIO);
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> file.readDirect(0, ByteBuffer.allocate(BLOCK)));
      assertThatExceptionOfType(DeviceException.class).isThrownBy(file::force);
      file.force();
    }
    judge().requireClean(disk, "after a write that failed under a reader");
  }

  @Test
  void forceAfterAnotherThreadsCommit_reachesTheDevice() throws IOException {
    MemoryBlockDevice disk = image.copy();
    WriteCacheDevice device = new WriteCacheDevice(disk);
    byte[] bytes = random(BLOCK);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(0, ByteBuffer.wrap(random(BLOCK)));
      file.force();
      file.write(0, ByteBuffer.wrap(bytes));
      file(fs, "/g").truncate(10 * BLOCK, ProgressListener.NONE); // also commits the times of /f
      file.force(); // only content is left to be written, to a block that is already allocated
      assertThat(device.pendingCount()).isZero();
      file.write(0, ByteBuffer.wrap(bytes));
      file(fs, "/g").truncate(20 * BLOCK, ProgressListener.NONE);
      fs.sync();
      assertThat(device.pendingCount()).isZero();
    }
    judge().requireClean(disk, "after a force that had nothing to commit");
  }

  @Test
  void contentThatCannotBeWritten_isToldByTheClose() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk);
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(
            () -> {
              try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
                file(fs).write(0, ByteBuffer.wrap(random(BLOCK)));
                device.failOnce(Operation.WRITE, device.calls(Operation.WRITE) + 1, Errno.EIO);
              }
            });
    judge().requireClean(disk, "after a close that told a failure");
  }

  @Test
  void seek_findsContentInMemoryAndOnDisk() throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(4 * BLOCK, ByteBuffer.wrap(random(BLOCK))); // delayed
      file.allocate(8 * BLOCK, 4 * BLOCK, Size.GROW, ProgressListener.NONE);
      file.write(9 * BLOCK, ByteBuffer.wrap(random(10))); // over an unwritten block
      assertThat(file.seekData(0)).isEqualTo(4 * BLOCK);
      assertThat(file.seekHole(4 * BLOCK)).isEqualTo(5 * BLOCK);
      assertThat(file.seekData(5 * BLOCK)).isEqualTo(9 * BLOCK);
      assertThat(file.seekHole(9 * BLOCK + 1)).isEqualTo(10 * BLOCK);
      assertThatExceptionOfType(FileOperationException.class)
          .isThrownBy(() -> file.seekData(10 * BLOCK))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(dev.ext4j.blockdev.Errno.ENXIO));
      file.force();
      assertThat(file.seekData(5 * BLOCK)).isEqualTo(9 * BLOCK);
      assertThat(file.seekHole(0)).isZero();
    }
    judge().requireClean(disk, "after seeks");
  }

  @Test
  void severalOperationsAsOne_seeAndKeepWhatWasInMemory() throws IOException {
    MemoryBlockDevice disk = image.copy();
    byte[] bytes = random(2 * BLOCK);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = file(fs);
      file.write(0, ByteBuffer.wrap(bytes));
      fs.atomically(
          () -> {
            file.punch(0, BLOCK, ProgressListener.NONE);
            file.write(BLOCK, ByteBuffer.wrap(new byte[] {1, 2, 3}));
          });
      bytes = java.util.Arrays.copyOf(bytes, bytes.length);
      java.util.Arrays.fill(bytes, 0, BLOCK, (byte) 0);
      bytes[BLOCK] = 1;
      bytes[BLOCK + 1] = 2;
      bytes[BLOCK + 2] = 3;
      assertThat(read(file)).isEqualTo(bytes);
    }
    judge().requireClean(disk, "after operations as one");
  }
}
