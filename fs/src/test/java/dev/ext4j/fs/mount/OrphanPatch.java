package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.RawImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Changes of the parts of an image that concern orphans, without code of the engine. Checksums are
 * made valid again.
 */
final class OrphanPatch {
  static final int MAGIC = 0x0B10CA04;

  private final BlockDevice disk;
  private final RawImage image;
  private final ByteBuffer superblock;

  OrphanPatch(BlockDevice disk) throws IOException {
    this.disk = disk;
    this.image = new RawImage(disk);
    this.superblock = image.bytes(1024, 1024);
  }

  /** Moves the orphans from the list to the orphan file. */
  static void moveToFile(BlockDevice disk, List<Long> numbers) throws IOException {
    OrphanPatch patch = new OrphanPatch(disk);
    patch.superblock(0xE8, 0);
    patch.superblock(0x64, patch.superblock.getInt(0x64) | 0x10000);
    for (int i = 0; i < numbers.size(); i++) {
      patch.inode(numbers.get(i), 0x14, 0);
      patch.entry(3 * i, numbers.get(i));
    }
  }

  /** Sets a 32-bit field of the superblock. */
  void superblock(int offset, int value) throws IOException {
    superblock.putInt(offset, value);
    if ((superblock.getInt(0x64) & 0x400) != 0) {
      superblock.putInt(0x3FC, crc(~0, superblock.slice(0, 0x3FC)));
    }
    disk.writeFully(1024, superblock.duplicate().clear());
  }

  /** Returns a 32-bit field of the superblock. */
  int superblock(int offset) {
    return superblock.getInt(offset);
  }

  /** Sets a 32-bit field of an inode. */
  void inode(long number, int offset, int value) throws IOException {
    ByteBuffer inode = image.inode(number);
    inode.putInt(offset, value);
    if ((superblock.getInt(0x64) & 0x400) != 0) {
      inode.putShort(0x7C, (short) 0).putShort(0x82, (short) 0);
      int crc = crc(seed(number), inode.duplicate().clear());
      inode.putShort(0x7C, (short) crc).putShort(0x82, (short) (crc >>> 16));
    }
    disk.writeFully(image.inodeOffset(number), inode.duplicate().clear());
  }

  /** Sets an entry in the first block of the orphan file. */
  void entry(int place, long number) throws IOException {
    ByteBuffer block = image.block(fileBlock());
    block.putInt(4 * place, (int) number);
    seal(block);
  }

  /** Sets four bytes of the first block of the orphan file, without updating its checksum. */
  void unsealed(int offset, int value) throws IOException {
    ByteBuffer block = image.block(fileBlock());
    block.putInt(offset, value);
    disk.writeFully(fileBlock() * image.blockSize(), block.duplicate().clear());
  }

  /** Returns the inode number of the orphan file. */
  long fileInode() {
    return superblock.getInt(0x280);
  }

  private void seal(ByteBuffer block) throws IOException {
    int tail = image.blockSize() - 8;
    ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    number.putLong(0, fileBlock());
    int crc = crc(crc(seed(fileInode()), number), block.slice(0, tail));
    block.putInt(tail + 4, crc);
    disk.writeFully(fileBlock() * image.blockSize(), block.duplicate().clear());
  }

  private long fileBlock() throws IOException {
    return image.tree(fileInode()).extents().get(0).physicalBlock();
  }

  private int seed(long number) throws IOException {
    ByteBuffer owner = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    owner.putInt(0, (int) number).putInt(4, image.inode(number).getInt(0x64));
    return crc(crc(~0, superblock.slice(0x68, 16)), owner);
  }

  /** Returns the crc32c of bytes, from any register. The class of the JDK cannot start with one. */
  private static int crc(int register, ByteBuffer bytes) {
    int crc = register;
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      crc ^= rest.get() & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return crc;
  }

  static {
    // The register and the value of the JDK differ by an inversion at the start and at the end.
    CRC32C known = new CRC32C();
    known.update("check".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    if (~crc(~0, ByteBuffer.wrap("check".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        != (int) known.getValue()) {
      throw new AssertionError("crc32c");
    }
  }
}
