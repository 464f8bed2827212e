package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.testimages.ImageKinds;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Tests that the orphan file cannot be changed. Its inode number addresses it like any other file.
 */
class OrphanFileInodeTest extends JudgedTest {
  private static final FileAddress FIRST = FileAddress.inode(12);

  private interface Operation {
    void run() throws IOException;
  }

  private static void requireRefused(Operation operation) {
    assertThatThrownBy(operation::run)
        .isInstanceOfSatisfying(
            FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
  }

  @Test
  void anyChange_isRefused() throws IOException {
    MemoryBlockDevice disk = Judge.load(judge().make(ImageKinds.ORPHAN_FILE.sized(16 << 20)));
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FIRST);
      FileStat before = file.stat();
      assertThat(before.type()).isEqualTo(FileType.REGULAR);
      assertThat(before.size()).isPositive();
      requireRefused(() -> file.punch(0, 4096, ProgressListener.NONE));
      requireRefused(() -> file.zero(0, 4096, Size.KEEP, ProgressListener.NONE));
      requireRefused(() -> file.truncate(0, ProgressListener.NONE));
      requireRefused(() -> file.write(0, ByteBuffer.allocate(8)));
      requireRefused(() -> file.writeDirect(0, ByteBuffer.allocate(8)));
      assertThat(file.stat()).isEqualTo(before);
    }
    judge().requireClean(disk, "after refused changes");
  }
}
