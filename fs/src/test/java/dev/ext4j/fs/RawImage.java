package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An image that a test reads by the offsets of the on-disk format, without code of the engine. It
 * reads extent trees and block bitmaps and checks the rules of a sound tree.
 */
public final class RawImage {
  private static final int ROOT_OFFSET = 0x28;
  private static final int ENTRY = 12;
  private static final int UNWRITTEN = 0x8000;

  private final BlockDevice device;
  private final ByteBuffer superblock;
  private final int blockSize;

  /** Reads the superblock of a disk as it is now. */
  public RawImage(BlockDevice device) throws IOException {
    this.device = device;
    superblock = bytes(1024, 1024);
    blockSize = 1024 << superblock.getInt(0x18);
  }

  /** An entry of a leaf. */
  public record Extent(long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}

  /**
   * A whole extent tree.
   *
   * @param extents the extents from left to right
   * @param nodeBlocks the blocks of the nodes below the inode
   */
  public record Tree(int depth, List<Extent> extents, List<Long> nodeBlocks) {}

  /** Returns the block size in bytes. */
  public int blockSize() {
    return blockSize;
  }

  /** Returns bytes of the disk, in a little-endian buffer. */
  public ByteBuffer bytes(long byteOffset, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(byteOffset, bytes);
    return bytes.flip();
  }

  /** Returns a block of the disk. */
  public ByteBuffer block(long number) throws IOException {
    return bytes(number * blockSize, blockSize);
  }

  private int ratio() {
    return hasRoCompat(0x200) ? 1 << (superblock.getInt(0x1C) - superblock.getInt(0x18)) : 1;
  }

  private boolean hasRoCompat(int bit) {
    return (superblock.getInt(0x64) & bit) != 0;
  }

  private boolean hasChecksums() {
    return hasRoCompat(0x400);
  }

  private boolean is64Bit() {
    return (superblock.getInt(0x60) & 0x80) != 0;
  }

  private int descriptorSize() {
    return is64Bit() ? superblock.getShort(0xFE) : 32;
  }

  private long blockCount() {
    return u32(superblock, 0x4);
  }

  private int firstDataBlock() {
    return superblock.getInt(0x14);
  }

  private int groupCount() {
    long perGroup = u32(superblock, 0x20);
    return (int) ((blockCount() - firstDataBlock() + perGroup - 1) / perGroup);
  }

  private static long u32(ByteBuffer bytes, int offset) {
    return bytes.getInt(offset) & 0xFFFFFFFFL;
  }

  private static int u16(ByteBuffer bytes, int offset) {
    return bytes.getShort(offset) & 0xFFFF;
  }

  /** Returns the byte offset of a group descriptor on the disk. Does not support meta_bg. */
  public long descriptorOffset(int group) {
    long first = (blockSize == 1024 ? 2L : 1L) * blockSize;
    return first + (long) group * descriptorSize();
  }

  private ByteBuffer descriptor(int group) throws IOException {
    return bytes(descriptorOffset(group), descriptorSize());
  }

  /** Returns the block of a group's block bitmap. */
  public long blockBitmap(int group) throws IOException {
    return u32(descriptor(group), 0);
  }

  /** Returns the first block of a group's inode table. */
  public long inodeTable(int group) throws IOException {
    return u32(descriptor(group), 8);
  }

  /** Returns the byte offset of an inode on the disk. */
  public long inodeOffset(long inode) throws IOException {
    long perGroup = u32(superblock, 0x28);
    long table = inodeTable((int) ((inode - 1) / perGroup));
    return table * blockSize + (inode - 1) % perGroup * u16(superblock, 0x58);
  }

  /** Returns the bytes of an inode. */
  public ByteBuffer inode(long inode) throws IOException {
    return bytes(inodeOffset(inode), u16(superblock, 0x58));
  }

  /**
   * Returns {@code i_blocks}, in units of 512 bytes unless the inode has the flag for huge files.
   */
  public long sectors(long inode) throws IOException {
    return u32(inode(inode), 0x1C);
  }

  /**
   * Returns the number of clusters in use. Fails unless all counters agree with the block bitmaps.
   */
  public long takenClusters() throws IOException {
    long taken = 0;
    long free = 0;
    long clustersPerGroup = u32(superblock, 0x24);
    long clusters = (blockCount() - firstDataBlock() + ratio() - 1) / ratio();
    for (int group = 0; group < groupCount(); group++) {
      ByteBuffer descriptor = descriptor(group);
      int inGroup = (int) Math.min(clustersPerGroup, clusters - group * clustersPerGroup);
      int freeByCounter = u16(descriptor, 0xC) | (is64Bit() ? u16(descriptor, 0x2C) << 16 : 0);
      if ((u16(descriptor, 0x12) & 2) == 0) {
        BitSet bits = BitSet.valueOf(block(u32(descriptor, 0)));
        int used = bits.get(0, inGroup).cardinality();
        assertThat(freeByCounter).as("free in group %d", group).isEqualTo(inGroup - used);
      }
      free += freeByCounter;
      taken += inGroup - freeByCounter;
    }
    long freeBySuperblock = u32(superblock, 0xC);
    assertThat(freeBySuperblock).as("free by the superblock").isEqualTo(free * ratio());
    return taken;
  }

  /** Returns the extent tree of a file. Fails if the tree breaks a rule. */
  public Tree tree(long inode) throws IOException {
    ByteBuffer root = inode(inode).slice(ROOT_OFFSET, 60).order(ByteOrder.LITTLE_ENDIAN);
    Walk walk = new Walk(inode);
    walk.node(root, u16(root, 6), 0, 1L << 32, 4, "root of inode " + inode);
    return new Tree(u16(root, 6), walk.extents, walk.nodeBlocks);
  }

  private final class Walk {
    private final long inode;
    private final List<Extent> extents = new ArrayList<>();
    private final List<Long> nodeBlocks = new ArrayList<>();

    Walk(long inode) {
      this.inode = inode;
    }

    void node(ByteBuffer node, int depth, long lowest, long limit, int capacity, String where)
        throws IOException {
      assertThat(u16(node, 0)).as(where).isEqualTo(0xF30A);
      assertThat(u16(node, 6)).as("depth of %s", where).isEqualTo(depth);
      assertThat(u16(node, 4)).as("capacity of %s", where).isEqualTo(capacity);
      int entries = u16(node, 2);
      assertThat(entries).as("entries of %s", where).isLessThanOrEqualTo(capacity);
      long end = lowest;
      for (int i = 0; i < entries; i++) {
        int at = ENTRY + i * ENTRY;
        long key = u32(node, at);
        assertThat(key).as("key %d of %s", i, where).isGreaterThanOrEqualTo(end);
        if (depth == 0) {
          end = extent(node, at, where);
        } else {
          long next = i + 1 < entries ? u32(node, at + ENTRY) : limit;
          child(node, at, depth - 1, next);
          end = key + 1;
        }
        assertThat(end).as("end of entry %d of %s", i, where).isLessThanOrEqualTo(limit);
      }
      // Unused slots are zero, so that nothing of a freed mapping stays in the node.
      for (int at = ENTRY + entries * ENTRY; at < ENTRY + capacity * ENTRY; at += 4) {
        assertThat(node.getInt(at)).as("unused room at %d of %s", at, where).isZero();
      }
    }

    private long extent(ByteBuffer node, int at, String where) {
      int raw = u16(node, at + 4);
      boolean unwritten = raw > UNWRITTEN;
      int count = unwritten ? raw - UNWRITTEN : raw;
      long physical = u32(node, at + 8) | (long) u16(node, at + 6) << 32;
      assertThat(count).as("length in %s", where).isPositive();
      assertThat(physical).as(where).isGreaterThan(firstDataBlock());
      assertThat(physical + count).as(where).isLessThanOrEqualTo(blockCount());
      extents.add(new Extent(u32(node, at), physical, count, unwritten));
      return u32(node, at) + count;
    }

    private void child(ByteBuffer parent, int at, int depth, long limit) throws IOException {
      long number = u32(parent, at + 4) | (long) u16(parent, at + 8) << 32;
      String where = "node in block " + number;
      ByteBuffer node = block(number);
      assertThat(u16(node, 2)).as("entries of %s", where).isPositive();
      assertThat(u32(node, ENTRY)).as("first key of %s", where).isEqualTo(u32(parent, at));
      int capacity = (blockSize - ENTRY) / ENTRY;
      if (hasChecksums()) {
        int tail = ENTRY + capacity * ENTRY;
        assertThat(node.getInt(tail)).as("checksum of %s", where).isEqualTo(checksum(node, tail));
      }
      nodeBlocks.add(number);
      node(node, depth, u32(parent, at), limit, capacity, where);
    }

    /**
     * Returns the crc32c over UUID, inode number, generation and node, without the final inversion.
     */
    private int checksum(ByteBuffer node, int length) throws IOException {
      CRC32C crc = new CRC32C();
      crc.update(superblock.slice(0x68, 16));
      ByteBuffer owner = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      owner.putInt((int) inode).putInt(RawImage.this.inode(inode).getInt(0x64));
      crc.update(owner.flip());
      crc.update(node.slice(0, length));
      return ~(int) crc.getValue();
    }
  }
}
