package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of a log without checksums, with transactions to replay, that is damaged or does not count.
 * Nothing of it is replayed without a report, and a refused replay has written nothing.
 */
class LogDamageTest {
  private static final int BLOCK = 1024;
  private static final int SUPERBLOCK = 1024;
  private static final int FIRST_TAG = 12;
  private static final int REVOKE_COUNT = 12;
  private static final int FEATURE_INCOMPAT = 0x60;
  private static final int FEATURE_RO_COMPAT = 0x64;
  private static final int NEEDS_RECOVERY = 4;

  private static Judge judge;

  /** The image, with transactions that are in the log only. */
  private static MemoryBlockDevice dirty;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("log-damage", "ext4", BLOCK, 16 << 20)
            .withFeatures("^metadata_csum", "^64bit")
            .withWords("-J", "size=1");
    Path path = judge.make(recipe);
    new DebugfsFiles(judge, path).empty("f");
    new DebugfsFiles(judge, path).empty("g");
    RecordingDevice recording = RecordingDevice.sharing(Judge.load(path));
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      Ext4File file = file(fs, "/f");
      for (long block = 0; block < 20; block++) { // more extents than the inode holds
        file.write(2 * block * BLOCK, ByteBuffer.allocate(BLOCK));
      }
      file.force();
      file.truncate(0, ProgressListener.NONE); // the leaf is revoked
      file.write(0, ByteBuffer.allocate(100));
      file.force();
      dirty = MemoryBlockDevice.copyOf(recording.imageAfter(recording.eventCount()));
    }
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
  }

  private static LogArea area(BlockDevice device) throws IOException {
    MountOptions reading = MountOptions.readOnly();
    return LogFinder.find(device, SuperblockLoader.load(device, reading), reading).area();
  }

  /** Returns the byte offset on the device of the first block of a type. */
  private static long place(BlockDevice device, LogBlock.Type type) throws IOException {
    LogArea area = area(device);
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long i = 1; i < area.blockCount(); i++) {
      area.read(i, block.clear());
      if (new LogBlock(block).type() == type) {
        return area.byteOffset(i);
      }
    }
    throw new AssertionError("the log has no " + type);
  }

  private static void put(BlockDevice device, long byteOffset, int bigEndian) throws IOException {
    device.writeFully(byteOffset, ByteBuffer.allocate(4).putInt(0, bigEndian));
  }

  private static void requireDamage(MemoryBlockDevice damaged) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(damaged, OpenOptions.readOnly())) {
      assertThat(fs.warnings()).anyMatch(line -> line.contains("the journal is damaged"));
    }
    RecordingDevice recording = RecordingDevice.sharing(damaged);
    assertThatThrownBy(() -> Ext4FileSystem.open(recording, OpenOptions.readWrite()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("journal is damaged");
    assertThat(recording.events()).noneMatch(event -> event instanceof DeviceEvent.Write);
  }

  @Test
  void soundLog_isReplayed() throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      assertThat(file(fs, "/f").stat().size()).isEqualTo(100);
    }
    judge.requireClean(disk, "replayed");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0x7FFFFFFF, 16 << 10})
  void copyOfABlockThatTheFileSystemDoesNotHave_isDamage(int block) throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    put(disk, place(disk, LogBlock.Type.DESCRIPTOR) + FIRST_TAG, block);
    requireDamage(disk);
  }

  @Test
  void copyOfABlockOfTheLogItself_isDamage() throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    LogArea area = area(disk);
    long last = area.byteOffset(area.blockCount() - 1) / BLOCK;
    put(disk, place(disk, LogBlock.Type.DESCRIPTOR) + FIRST_TAG, (int) last);
    requireDamage(disk);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0x7FFFFFFF, BLOCK + 1, 15, 0})
  void revokeBlockOfAnImpossibleLength_isDamage(int length) throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    put(disk, place(disk, LogBlock.Type.REVOKE) + REVOKE_COUNT, length);
    requireDamage(disk);
  }

  /** Checks a copy of the superblock in the log with a feature that no version knows. */
  @ParameterizedTest
  @ValueSource(ints = {FEATURE_INCOMPAT, FEATURE_RO_COMPAT})
  void featureThatTheLogBrings_isJudgedBeforeAnythingIsWritten(int field) throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    LogArea area = area(disk);
    int changed = 0;
    for (long i = 1; i < area.blockCount(); i++) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
      area.read(i, block);
      if (block.getShort(0x38) == (short) 0xEF53) { // s_magic: a superblock fills a block
        block.putInt(field, block.getInt(field) | 1 << 31);
        disk.writeFully(area.byteOffset(i), block.clear());
        changed++;
      }
    }
    assertThat(changed).isPositive();
    RecordingDevice recording = RecordingDevice.sharing(disk);
    assertThatThrownBy(() -> Ext4FileSystem.open(recording, OpenOptions.readWrite()))
        .isInstanceOf(UnsupportedFeatureException.class);
    assertThat(recording.events()).noneMatch(event -> event instanceof DeviceEvent.Write);
  }

  /** Checks a log without a request for recovery. It does not count, not even after any crash. */
  @Test
  void staleLog_neverComesBack() throws IOException {
    MemoryBlockDevice disk = dirty.copy();
    ByteBuffer superblock = ByteBuffer.allocate(SUPERBLOCK).order(ByteOrder.LITTLE_ENDIAN);
    disk.readFully(SUPERBLOCK, superblock);
    superblock.putInt(FEATURE_INCOMPAT, superblock.getInt(FEATURE_INCOMPAT) & ~NEEDS_RECOVERY);
    disk.writeFully(SUPERBLOCK, superblock.clear());
    RecordingDevice recording = RecordingDevice.sharing(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      assertThat(file(fs, "/f").stat().size()).isZero();
      file(fs, "/g").write(0, ByteBuffer.allocate(5000));
      fs.sync();
    }
    for (int events = 0; events <= recording.eventCount(); events++) {
      try (Ext4FileSystem fs =
          Ext4FileSystem.open(recording.imageAfter(events), OpenOptions.readOnly())) {
        assertThat(file(fs, "/f").stat().size()).as("after event %d", events).isZero();
      }
    }
    judge.requireClean(recording, "after a stale log");
  }
}
