package dev.ext4j.fs.inode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InodeTableTest {
  private static final long FILE = 12;
  private MemoryBlockDevice disk = new MemoryBlockDevice(0);

  @BeforeEach
  void load() throws IOException {
    byte[] bytes = GoldenImage.SAMPLE.bytes();
    disk = new MemoryBlockDevice(bytes.length);
    disk.writeFully(0, ByteBuffer.wrap(bytes));
  }

  @Test
  void sameNumberTwice_isOneObjectWhileSomebodyRefersToIt() throws Exception {
    try (Mount mount = open()) {
      Inode root = mount.inodes().get(InodeTable.ROOT);
      assertThat(mount.inodes().get(InodeTable.ROOT)).isSameAs(root);
      assertThat(root.type()).isEqualTo(FileType.DIRECTORY);
      assertThat(root.has(FileFlag.EXTENTS)).isTrue();
      assertThat(root).hasToString("inode 2");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 0xFFFFFFFFL, Long.MAX_VALUE, Long.MIN_VALUE})
  void numberOutsideTheTable_isNotFound(long number) throws Exception {
    assertNotFound(number);
  }

  @Test
  void inodeNeverUsedOrFree_isNotFound() throws Exception {
    try (Mount mount = open()) {
      long last = mount.geometry().inodeCount();
      assertThat(notFound(mount, last).errno()).isEqualTo(Errno.ENOENT);
      assertThat(notFound(mount, last + 1).errno()).isEqualTo(Errno.ENOENT);
      assertThat(notFound(mount, 9).errno()).isEqualTo(Errno.ENOENT);
    }
  }

  @Test
  void flippedBit_isAChecksumError() throws Exception {
    spoil(false, bytes -> bytes.put(8, (byte) (bytes.get(8) ^ 1)));
    assertCorrupt(Kind.INODE_CHECKSUM);
  }

  @Test
  void impossibleExtraSize_isACorruptInode() throws Exception {
    spoil(true, bytes -> bytes.putShort(0x80, (short) 131));
    assertCorrupt(Kind.INODE);
    spoil(true, bytes -> bytes.putShort(0x80, (short) 0xFFFC));
    assertCorrupt(Kind.INODE);
  }

  @Test
  void negativeSize_isACorruptInode() throws Exception {
    spoil(true, bytes -> bytes.putInt(0x6C, 0x80000000).putShort(0, (short) 0x81A4));
    assertCorrupt(Kind.INODE);
  }

  @Test
  void fewerSectorsThanFreed_isACorruptInode() throws Exception {
    try (Mount mount = open()) {
      Inode inode = mount.inodes().get(FILE);
      long sectors = inode.fields().sectors();
      CorruptionException e =
          catchThrowableOfType(CorruptionException.class, () -> inode.addSectors(-sectors - 1));
      assertThat(e.kind()).isEqualTo(Kind.INODE);
      assertThat(inode.fields().sectors()).isEqualTo(sectors);
      inode.addSectors(-sectors);
      assertThat(inode.fields().sectors()).isZero();
    }
  }

  private Mount open() throws IOException {
    return new Mount(disk, MountOptions.readOnly());
  }

  private void assertNotFound(long number) throws IOException {
    try (Mount mount = open()) {
      assertThat(notFound(mount, number).errno()).isEqualTo(Errno.ENOENT);
    }
  }

  private static FileOperationException notFound(Mount mount, long number) {
    FileOperationException e =
        catchThrowableOfType(FileOperationException.class, () -> mount.inodes().get(number));
    assertThat(e).as("inode %d", number).isNotNull();
    return e;
  }

  private void assertCorrupt(Kind kind) throws IOException {
    try (Mount mount = open()) {
      CorruptionException e =
          catchThrowableOfType(CorruptionException.class, () -> mount.inodes().get(FILE));
      assertThat(e).isNotNull();
      assertThat(e.kind()).isEqualTo(kind);
    }
  }

  private void spoil(boolean seals, Consumer<ByteBuffer> damage) throws IOException {
    try (Mount mount = open()) {
      GroupDescriptorView group = mount.groups().descriptor(0);
      int size = mount.geometry().inodeSize();
      long at = (group.inodeTableBlock() << mount.geometry().blockSizeBits()) + (FILE - 1) * size;
      ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
      disk.readFully(at, bytes);
      damage.accept(bytes);
      if (seals) {
        new InodeView(mount.geometry(), FILE, bytes, 0).seal();
      }
      disk.writeFully(at, bytes.rewind());
    }
  }
}
