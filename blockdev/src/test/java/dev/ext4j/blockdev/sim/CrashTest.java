package dev.ext4j.blockdev.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A test of the states that a crash may leave, with a write cache and with a recording. */
class CrashTest {
  private static final int SECTOR = 512;

  private final MemoryBlockDevice disk = new MemoryBlockDevice(1 << 20);

  private static void write(BlockDevice device, int sector, int count, int value)
      throws IOException {
    byte[] bytes = new byte[count * SECTOR];
    Arrays.fill(bytes, (byte) value);
    device.writeFully((long) sector * SECTOR, ByteBuffer.wrap(bytes));
  }

  /** Returns the value that a sector is filled with. */
  private static int sector(BlockDevice device, int sector) throws IOException {
    byte[] bytes = new byte[SECTOR];
    device.readFully((long) sector * SECTOR, ByteBuffer.wrap(bytes));
    for (byte b : bytes) {
      assertThat(b).as("sectors are old or new, never mixed").isEqualTo(bytes[0]);
    }
    return bytes[0];
  }

  @Test
  void cachedWrite_reachesTheDiskAtTheFlushOnly() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    write(cache, 3, 2, 1);
    assertThat(sector(cache, 3)).isEqualTo(1);
    assertThat(sector(disk, 3)).isZero();
    assertThat(cache.pendingCount()).isEqualTo(1);
    cache.flush();
    assertThat(sector(disk, 4)).isEqualTo(1);
    assertThat(cache.pendingCount()).isZero();
  }

  @Test
  void close_losesWhatWasNotFlushed() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    write(cache, 3, 1, 1);
    cache.close();
    assertThat(sector(disk.reopened(), 3)).isZero();
  }

  @Test
  void crash_keepsWhatWasFlushedAndAnySubsetOfTheRest() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    write(cache, 0, 1, 9);
    cache.flush();
    write(cache, 1, 1, 1);
    write(cache, 2, 1, 2);
    write(cache, 1, 1, 3); // overwrites the first
    Set<String> outcomes = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      try (OverlayDevice image = cache.crash(random, Tearing.SECTORS)) {
        assertThat(sector(image, 0)).isEqualTo(9);
        outcomes.add(sector(image, 1) + "," + sector(image, 2));
      }
    }
    assertThat(outcomes).containsExactlyInAnyOrder("0,0", "1,0", "3,0", "0,2", "1,2", "3,2");
    assertThat(sector(disk, 1)).isZero();
    assertThat(sector(cache, 1)).isEqualTo(3); // the run continues undisturbed
  }

  @Test
  void crash_tearsOnlyWhenAsked() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    write(cache, 8, 4, 7);
    Random random = new Random(1);
    Set<String> whole = new HashSet<>();
    Set<String> torn = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      whole.add(fourSectors(cache.crash(random, Tearing.NONE)));
      torn.add(fourSectors(cache.crash(random, Tearing.SECTORS)));
    }
    assertThat(whole).containsExactlyInAnyOrder("0000", "7777");
    assertThat(torn).hasSize(16);
  }

  private static String fourSectors(BlockDevice image) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 8; i < 12; i++) {
      text.append(sector(image, i));
    }
    return text.toString();
  }

  @Test
  void crash_unalignedWrite_isTornAtTheSectorsOfTheDisk() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    cache.writeFully(SECTOR - 1, ByteBuffer.wrap(new byte[] {1, 1}));
    Set<String> outcomes = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[2];
      cache.crash(random, Tearing.SECTORS).readFully(SECTOR - 1, ByteBuffer.wrap(bytes));
      outcomes.add(Arrays.toString(bytes));
    }
    assertThat(outcomes).hasSize(4);
  }

  @Test
  void crash_sameSeed_sameResult() throws IOException {
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    for (int i = 0; i < 100; i++) {
      write(cache, i, 1, 1 + i % 100);
    }
    MemoryBlockDevice first = MemoryBlockDevice.copyOf(cache.crash(new Random(5), Tearing.SECTORS));
    MemoryBlockDevice second =
        MemoryBlockDevice.copyOf(cache.crash(new Random(5), Tearing.SECTORS));
    for (int i = 0; i < 100; i++) {
      assertThat(sector(first, i)).isEqualTo(sector(second, i));
    }
  }

  @Test
  void crash_discardNotFlushed_mayOrMayNotHaveHappened() throws IOException {
    write(disk, 0, 16, 5);
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    cache.discard(0, 8 * SECTOR);
    Set<Integer> outcomes = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      outcomes.add(sector(cache.crash(random, Tearing.SECTORS), 0));
    }
    assertThat(outcomes).containsExactlyInAnyOrder(0, 5);
    cache.flush();
    assertThat(sector(disk, 0)).isZero();
  }

  @Test
  void flushThatFails_keepsTheCacheAndCanBeRepeated() throws IOException {
    FaultyDevice faulty =
        new FaultyDevice(disk)
            .failOnce(FaultyDevice.Operation.FLUSH, 1, Errno.EIO)
            .failOnce(FaultyDevice.Operation.WRITE, 2, Errno.ENOSPC);
    WriteCacheDevice cache = new WriteCacheDevice(faulty);
    write(cache, 1, 1, 1);
    assertThatThrownBy(cache::flush).isInstanceOf(DeviceException.class);
    assertThatThrownBy(cache::flush).isInstanceOf(DeviceException.class);
    assertThat(sector(cache, 1)).isEqualTo(1);
    cache.flush();
    assertThat(sector(disk, 1)).isEqualTo(1);
  }

  @Test
  void recording_showsEveryStateAndLeavesTheBaseAlone() throws IOException {
    write(disk, 0, 1, 9);
    RecordingDevice recording = RecordingDevice.sharing(disk);
    write(recording, 0, 1, 1);
    write(recording, 1, 1, 2);
    recording.flush();
    recording.discard(0, 8 * SECTOR);
    recording.flush();
    write(recording, 0, 1, 3);
    assertThat(recording.eventCount()).isEqualTo(6);
    assertThat(recording.flushBoundaries()).containsExactly(3, 5);
    int[] expected = {9, 1, 1, 1, 0, 0, 3};
    for (int n = 0; n <= 6; n++) {
      assertThat(sector(recording.imageAfter(n), 0)).as("after %s", n).isEqualTo(expected[n]);
    }
    assertThat(sector(disk, 0)).isEqualTo(9);
    recording.close();
    assertThat(sector(recording.imageAfter(2), 1)).isEqualTo(2);
    recording.replay(6, disk);
    assertThat(sector(disk, 0)).isEqualTo(3);
  }

  @Test
  void recording_eventHoldsItsOwnCopyOfTheData() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(disk);
    byte[] bytes = {1, 2, 3};
    recording.writeFully(5, ByteBuffer.wrap(bytes, 1, 2));
    bytes[1] = 99;
    assertThat(recording.events())
        .containsExactly(new DeviceEvent.Write(5, ByteBuffer.wrap(new byte[] {2, 3})));
  }

  @Test
  void recording_crashAfter_keepsWhatWasFlushedAndSomeOfTheRest() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(disk);
    write(recording, 0, 1, 1);
    recording.flush();
    write(recording, 1, 1, 2);
    write(recording, 2, 1, 3);
    recording.flush();
    Set<String> outcomes = new HashSet<>();
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      OverlayDevice image = recording.crashAfter(4, random, Tearing.NONE);
      outcomes.add(sector(image, 0) + "" + sector(image, 1) + sector(image, 2));
    }
    assertThat(outcomes).containsExactlyInAnyOrder("100", "120", "103", "123");
    assertThat(sector(recording.crashAfter(5, random, Tearing.NONE), 2)).isEqualTo(3);
    assertThat(sector(recording.crashAfter(0, random, Tearing.NONE), 0)).isZero();
  }

  @Test
  void recording_writeThatFails_isNotRecorded() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(disk);
    assertThatThrownBy(() -> recording.writeFully(disk.size(), ByteBuffer.allocate(1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(recording.events()).isEmpty();
  }
}
