package dev.ext4j.fs.inode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileTimes;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.report.InodeSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the times of writes that are in memory only. */
class LazyTimesTest {
  private static final Instant NOW = Instant.parse("2033-05-06T07:08:09.123456789Z");

  private final MemoryBlockDevice disk = SampleDisk.make();
  private Mount mount;
  private Inode inode;
  private FileContent content;

  @BeforeEach
  void open() throws IOException {
    mount = new Mount(disk, MountOptions.readWrite().withClock(Clock.fixed(NOW, ZoneOffset.UTC)));
    mount.volume().pages().writeInForegroundOnly();
    inode = mount.paths().resolve("/data.bin".getBytes(StandardCharsets.UTF_8));
    content = new FileContent(inode, mount.volume());
  }

  @AfterEach
  void close() throws IOException {
    mount.close();
  }

  private void write() throws IOException {
    content.write(5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
  }

  private FileTimes seen() {
    return InodeSnapshot.of(inode, mount.geometry()).times();
  }

  private void requireTimes(FileTimes times) {
    assertThat(times.modification()).isEqualTo(NOW);
    assertThat(times.change()).isEqualTo(NOW);
  }

  @Test
  void write_takesNoHandleAndItsTimeIsSeen() throws IOException {
    Instant before = inode.fields().modificationTime();
    write();
    assertThat(mount.volume().journal().hasUncommitted()).isFalse();
    assertThat(inode.fields().modificationTime()).isEqualTo(before);
    requireTimes(seen());
  }

  @Test
  void writeback_bringsTheTimeIntoTheInode() throws IOException {
    long version = inode.fields().version();
    write();
    content.writeBack();
    assertThat(inode.times().isPending()).isFalse();
    assertThat(inode.fields().modificationTime()).isEqualTo(NOW);
    assertThat(inode.fields().changeTime()).isEqualTo(NOW);
    assertThat(inode.fields().version()).isEqualTo(version + 1);
  }

  @Test
  void force_makesTheTimeDurable() throws IOException {
    write();
    content.force();
    try (Mount after = new Mount(disk.copy(), MountOptions.readOnly())) {
      Inode there = after.paths().resolve("/data.bin".getBytes(StandardCharsets.UTF_8));
      requireTimes(InodeSnapshot.of(there, after.geometry()).times());
    }
  }

  @Test
  void changeOfTheInode_takesTheTimeOverAndItsUndoGivesItBack() throws IOException {
    Instant before = inode.fields().modificationTime();
    write();
    try (Handle handle = mount.volume().journal().start(1)) {
      inode.declare(handle);
      inode.seal();
      assertThat(inode.fields().modificationTime()).isEqualTo(NOW);
    }
    assertThat(inode.fields().modificationTime()).isEqualTo(before);
    requireTimes(seen());
    content.force();
    assertThat(inode.fields().modificationTime()).isEqualTo(NOW);
  }

  @Test
  void undoAfterALaterChange_doesNotBringTheEarlierTimeBack() throws IOException {
    write();
    content.writeBack();
    Instant later = NOW.plusSeconds(7);
    try (Handle handle = mount.volume().journal().start(1)) {
      inode.declare(handle);
      inode.fields().setModificationTime(later);
      inode.seal();
      handle.commit();
    }
    try (Handle handle = mount.volume().journal().start(1)) {
      inode.declare(handle); // is undone
    }
    assertThat(seen().modification()).isEqualTo(later);
    content.force();
    assertThat(inode.fields().modificationTime()).isEqualTo(later);
  }

  @Test
  void nothingPending_settlingChangesNothing() throws IOException {
    ContentChange.settleTimes(inode, mount.volume());
    assertThat(mount.volume().journal().hasUncommitted()).isFalse();
  }
}
