package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.Truncate;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.journal.Remembered;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of a file system whose operations do not commit by themselves. */
@Timeout(100)
class ServingTest {
  /** A committer that records the number of dirty pages at each change. */
  private static final class Noting implements Journal.Committer {
    private final List<Long> dirty = new ArrayList<>();
    private @Nullable Mount mount;

    @Override
    public void changed() {
      Mount open = mount;
      if (open != null) {
        dirty.add(open.volume().pages().dirtyCount());
      }
    }

    @Override
    public void committed() {}
  }

  private static Inode inode(Mount mount) throws IOException {
    return mount.paths().resolve("/data.bin".getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer blocks(Mount mount, int count) {
    return ByteBuffer.allocate(count * mount.geometry().blockSize());
  }

  @Test
  void forceAfterAHandleThatWentOnInAnotherTransaction_commitsThat() throws Exception {
    SmallTransactions small = new SmallTransactions(SampleDisk.make(), 160);
    Journal journal = small.volume().journal();
    journal.leaveCommitsTo(new Noting());
    Inode inode = small.file("/data.bin");
    FileContent content = new FileContent(inode, small.volume());
    int blockSize = small.mount().geometry().blockSize();
    for (int i = 0; i < 300; i += 60) {
      content.writeDirect((long) i * blockSize, ByteBuffer.allocate(60 * blockSize));
    }
    content.force();
    content.writeDirect(0, blocks(small.mount(), 300)); // all of these blocks are held by the log
    assertThat(journal.hasUncommitted()).isTrue();
    assertThat(inode.lastChange()).isEqualTo(journal.runningNumber());
    content.force();
    assertThat(journal.hasUncommitted()).isFalse();
    small.finish();
  }

  @Test
  void forceOfAFileThatWasDroppedFromMemory_flushesWhatItWrote() throws Exception {
    RecordingDevice recording = RecordingDevice.sharing(SampleDisk.make());
    try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
      mount.volume().pages().writeInForegroundOnly();
      Inode inode = inode(mount);
      FileContent content = new FileContent(inode, mount.volume());
      content.write(0, blocks(mount, 1));
      content.force();
      content.write(0, blocks(mount, 1));
      content.writeBack();
      mount.volume().journal().commit();
      new FileContent(inode, mount.volume()).write(0, blocks(mount, 1));
      content.writeBack(); // no commit after it
      mount.inodes().slot(inode.inodeNumber());
      Inode again = inode(mount);
      assertThat(again).isNotSameAs(inode);
      new FileContent(again, mount.volume()).forceContent();
      assertThat(recording.events().get(recording.eventCount() - 1))
          .isInstanceOf(DeviceEvent.Flush.class);
    }
  }

  @Test
  void committer_isToldOfPagesWhenTheyAreDirty() throws Exception {
    Noting committer = new Noting();
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      mount.volume().pages().writeInForegroundOnly();
      mount.volume().journal().leaveCommitsTo(committer);
      committer.mount = mount;
      new FileContent(inode(mount), mount.volume()).write(0, blocks(mount, 3));
      assertThat(committer.dirty).last().isEqualTo(3L);
    }
  }

  @Test
  void manyHandlesThatAreUndone_doNotStopTheNext() throws Exception {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      Journal journal = mount.volume().journal();
      for (int i = 0; i < 3000; i++) {
        Remembered memory = () -> {};
        try (Handle handle = journal.start(1)) {
          handle.remember(memory);
        }
      }
      assertThat(journal.hasUncommitted()).isFalse();
    }
  }

  @Test
  void truncationWithoutAJournal_isListedOnDiskBeforeTheCut() throws Exception {
    MemoryBlockDevice disk = SampleDisk.make();
    removeJournal(disk);
    RecordingDevice recording = RecordingDevice.sharing(disk);
    try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
      mount.volume().journal().leaveCommitsTo(new Noting());
      Inode inode = inode(mount);
      new Truncate(
              inode,
              mount.volume(),
              4096,
              new OrphanList(mount.superblock(), mount.inodes()),
              ProgressListener.NONE)
          .truncate();
      boolean listed = false;
      for (int i = 0; i <= recording.eventCount(); i++) {
        try (Mount there =
            new Mount(MemoryBlockDevice.copyOf(recording.imageAfter(i)), MountOptions.readOnly())) {
          listed |= there.superblock().view().lastOrphan() == inode.inodeNumber();
        }
      }
      assertThat(listed).isTrue();
    }
  }

  /** Takes the journal away from an image, as tune2fs does, but for the space of the journal. */
  private static void removeJournal(MemoryBlockDevice disk) throws IOException {
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      assertThat(mount.needsRecovery()).isFalse();
    }
    ByteBuffer compat = ByteBuffer.allocate(1);
    disk.readFully(1024 + 0x5C, compat);
    compat.put(0, (byte) (compat.get(0) & ~4));
    disk.writeFully(1024 + 0x5C, compat.clear());
    ByteBuffer superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    disk.readFully(1024, superblock);
    CRC32C crc = new CRC32C();
    crc.update(superblock.slice(0, 0x3FC));
    superblock.putInt(0x3FC, ~(int) crc.getValue());
    disk.writeFully(1024, superblock.clear());
  }
}
