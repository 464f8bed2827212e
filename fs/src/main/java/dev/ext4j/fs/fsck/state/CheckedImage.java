package dev.ext4j.fs.fsck.state;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The file system that is checked: the device and its superblock. Any number of threads may read.
 */
public final class CheckedImage {
  private final BlockDevice device;
  private final Geometry geometry;
  private final SuperblockView superblock;
  private final long superblockBlock;
  private final AtomicLong bytesRead = new AtomicLong();

  /**
   * Creates a view of the image to be checked.
   *
   * @param superblockBlock the block of the superblock in use; the group descriptors follow it
   */
  public CheckedImage(
      BlockDevice device, Geometry geometry, SuperblockView superblock, long superblockBlock) {
    this.device = device;
    this.geometry = geometry;
    this.superblock = superblock;
    this.superblockBlock = superblockBlock;
  }

  /**
   * Returns a buffer for blocks. The buffer is little-endian, like all structures except those of
   * the journal.
   */
  public static ByteBuffer buffer(int byteCount) {
    return ByteBuffer.allocateDirect(byteCount).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the device that holds the file system. */
  public BlockDevice device() {
    return device;
  }

  /** Returns the geometry that the superblock in use describes. */
  public Geometry geometry() {
    return geometry;
  }

  /**
   * Returns the superblock in use. If the number of inodes contradicts the other fields, this view
   * has the corrected number.
   */
  public SuperblockView superblock() {
    return superblock;
  }

  /**
   * Returns the block of the superblock in use. The primary superblock is in block 1 if blocks have
   * 1024 bytes, otherwise in block 0.
   */
  public long superblockBlock() {
    return superblockBlock;
  }

  /** Returns whether the primary superblock is in use. */
  public boolean isPrimary() {
    return superblockBlock << geometry.blockSizeBits() <= SuperblockView.PRIMARY_BYTE_OFFSET;
  }

  /**
   * Fills the remaining bytes of a buffer, starting at the first byte of a block. Bytes beyond the
   * end of a device that is too short are zeros.
   */
  public void read(long block, ByteBuffer target) throws IOException {
    long from = block << geometry.blockSizeBits();
    int limit = target.limit();
    long there = Math.max(0, Math.min(target.remaining(), device.size() - from));
    bytesRead.addAndGet(there);
    target.limit(target.position() + (int) there);
    if (there > 0) {
      device.readFully(from, target);
    }
    target.limit(limit);
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  /** Reads one block to the start of a buffer, whose limit becomes the block size. */
  public void readBlock(long block, ByteBuffer target) throws IOException {
    read(block, target.clear().limit(geometry.blockSize()));
    target.flip();
  }

  /** Returns the number of bytes read so far. */
  public long bytesRead() {
    return bytesRead.get();
  }

  /** Returns the number of blocks that the inode table of each group takes. */
  public int inodeTableBlocks() {
    long bytes = geometry.inodesPerGroup() * geometry.inodeSize();
    return (int) ((bytes + geometry.blockSize() - 1) >>> geometry.blockSizeBits());
  }

  /** Returns whether blocks are inside the file system. */
  public boolean contains(long first, long count) {
    return geometry.containsBlocks(first, count);
  }
}
