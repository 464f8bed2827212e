package dev.ext4j.fs.fsck;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/** What is checked: the device, and what its superblock says. Any number of threads may read. */
final class Image {
  private final BlockDevice device;
  private final Geometry geometry;
  private final SuperblockView superblock;
  private final long superblockBlock;
  private final AtomicLong bytesRead = new AtomicLong();

  /**
   * A file system.
   *
   * @param superblockBlock block of the superblock in use; its descriptors follow it
   */
  Image(BlockDevice device, Geometry geometry, SuperblockView superblock, long superblockBlock) {
    this.device = device;
    this.geometry = geometry;
    this.superblock = superblock;
    this.superblockBlock = superblockBlock;
  }

  /** A buffer for blocks, little-endian as everything but the journal is. */
  static ByteBuffer buffer(int byteCount) {
    return ByteBuffer.allocateDirect(byteCount).order(ByteOrder.LITTLE_ENDIAN);
  }

  BlockDevice device() {
    return device;
  }

  Geometry geometry() {
    return geometry;
  }

  SuperblockView superblock() {
    return superblock;
  }

  long superblockBlock() {
    return superblockBlock;
  }

  /** Whether the primary superblock is in use. */
  boolean isPrimary() {
    return superblockBlock << geometry.blockSizeBits() <= SuperblockView.PRIMARY_BYTE_OFFSET;
  }

  /**
   * Fills the remaining bytes of a buffer from a block on. What lies behind the end of a device
   * that is too short reads as zeros.
   */
  void read(long block, ByteBuffer target) throws IOException {
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

  /** Reads one block to the start of a buffer, which is then as long as the block. */
  void readBlock(long block, ByteBuffer target) throws IOException {
    read(block, target.clear().limit(geometry.blockSize()));
    target.flip();
  }

  /** Bytes read so far. */
  long bytesRead() {
    return bytesRead.get();
  }

  /** Blocks that the inode table of each group takes. */
  int inodeTableBlocks() {
    long bytes = geometry.inodesPerGroup() * geometry.inodeSize();
    return (int) ((bytes + geometry.blockSize() - 1) >>> geometry.blockSizeBits());
  }

  /** Whether blocks lie inside the file system. */
  boolean contains(long first, long count) {
    return geometry.containsBlocks(first, count);
  }
}
