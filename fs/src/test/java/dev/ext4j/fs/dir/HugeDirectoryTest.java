package dev.ext4j.fs.dir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class HugeDirectoryTest {
  private static final int SUPERBLOCK = 1024;

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void directoryThatClaimsExbibytes_isListedToTheEndOfItsBlocks() throws Exception {
    byte[] image = GoldenImage.SAMPLE.bytes();
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(
        SUPERBLOCK + 0x60, bytes.getInt(SUPERBLOCK + 0x60) | (int) IncompatFeature.LARGEDIR.bit());
    SuperblockView.of(bytes.slice(SUPERBLOCK, SuperblockView.SIZE)).seal();
    claimHugeRoot(bytes);
    MemoryBlockDevice disk = new MemoryBlockDevice(image.length);
    disk.writeFully(0, ByteBuffer.wrap(image));
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      int[] entries = {0};
      DirectoryReader root =
          new DirectoryReader(mount.inodes().get(InodeTable.ROOT), mount.volume());
      root.list((name, inode, type, next) -> ++entries[0] > 0);
      assertThat(entries[0]).isGreaterThan(2);
      assertThat(root.find(new byte[] {'?'})).isZero();
    }
  }

  private static void claimHugeRoot(ByteBuffer bytes) throws IOException {
    MemoryBlockDevice disk = new MemoryBlockDevice(bytes.capacity());
    disk.writeFully(0, bytes.duplicate().rewind());
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      long table = mount.groups().descriptor(0).inodeTableBlock();
      int at = (int) (table << mount.geometry().blockSizeBits()) + mount.geometry().inodeSize();
      bytes.putInt(at + 0x6C, 0x40000000);
      new InodeView(mount.geometry(), InodeTable.ROOT, bytes, at).seal();
    }
  }
}
