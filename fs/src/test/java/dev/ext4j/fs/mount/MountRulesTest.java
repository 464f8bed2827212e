package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of superblocks that the kernel refuses. They can be read, and are never written to. */
class MountRulesTest {
  /** Checks single fields, each set by a 32-bit value that keeps the neighbours of the field. */
  @ParameterizedTest
  @CsvSource({
    "s_log_groups_per_flex, 0x174, 0x120",
    "s_log_groups_per_flex, 0x174, 0x1FF",
    "s_first_ino, 0x54, 5",
    "s_first_ino, 0x54, 0",
    "s_reserved_gdt_blocks, 0xCC, 0x20000000",
    "s_log_cluster_size, 0x1C, 5",
    "s_clusters_per_group, 0x24, 4096",
    "s_min_extra_isize, 0x15C, 0x2000C8",
    "s_want_extra_isize, 0x15C, 0x1000020"
  })
  void fieldThatTheKernelRefuses_isNamedAndNothingIsWritten(String field, String at, String value)
      throws IOException {
    MemoryBlockDevice disk = SampleDisk.make();
    new OrphanPatch(disk).superblock(Integer.decode(at), Integer.decode(value));
    RecordingDevice recording = RecordingDevice.sharing(disk);
    assertThatThrownBy(() -> Ext4FileSystem.open(recording, OpenOptions.readWrite()))
        .isInstanceOfSatisfying(
            CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SUPERBLOCK))
        .hasMessageContaining(field);
    assertThat(recording.events()).noneMatch(event -> event instanceof DeviceEvent.Write);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      assertThat(fs.warnings()).isNotNull();
    }
  }

  @Test
  void soundSuperblock_isWrittenTo() throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(SampleDisk.make(), OpenOptions.readWrite())) {
      fs.sync();
    }
  }

  /**
   * Checks a backup superblock whose block number times the block size is the offset of the primary
   * superblock, modulo 2^64.
   */
  @Test
  void backupSuperblockFarBehindTheEnd_isNotThere() throws IOException {
    long block = (1L << 54) + 1;
    MemoryBlockDevice disk = SampleDisk.make();
    assertThatThrownBy(
            () ->
                Ext4FileSystem.open(
                    disk, OpenOptions.builder().backupSuperblock(block, 1024).build()))
        .isInstanceOf(CorruptionException.class);
    FsckOptions options = FsckOptions.at(1L << 33).withBackup(block, 1024);
    assertThatThrownBy(() -> new Checker(disk, options, ProgressListener.NONE).run())
        .isInstanceOf(CorruptionException.class);
  }
}
