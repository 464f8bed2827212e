package dev.ext4j.fs.journal.recovery;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.FastCommitBlock;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A log in memory whose fast-commit area is written byte by byte. */
public final class FastCommitArea implements LogArea {
  /** The sequence number of the transaction to which the fast commits belong. */
  public static final int SEQUENCE = 7;

  static final int ADD_RANGE = 1;
  static final int CREATE = 3;
  static final int UNLINK = 5;
  static final int PAD = 7;
  static final int TAIL = 8;
  static final int HEAD = 9;

  private static final Geometry GEOMETRY = readGeometry();
  private static final int BLOCK_SIZE = 4096;
  private static final int RING_BLOCKS = 1024;
  private static final int AREA_BLOCKS = 9;

  private final byte[] content = new byte[(RING_BLOCKS + AREA_BLOCKS) * BLOCK_SIZE];
  private final ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  private int at = (RING_BLOCKS + 1) * BLOCK_SIZE;
  private int register;

  /** Makes an empty area. */
  public FastCommitArea() {
    ByteBuffer superblock = ByteBuffer.wrap(content);
    superblock.putInt(0, 0xC03B3998).putInt(4, 4).putInt(0xC, BLOCK_SIZE);
    superblock.putInt(0x10, RING_BLOCKS + AREA_BLOCKS).putInt(0x14, 1);
    superblock.putInt(0x18, SEQUENCE).putInt(0x1C, 1);
    superblock.putInt(0x28, 0x20).putInt(0x54, AREA_BLOCKS);
  }

  /** Returns the geometry of the file system against which the records are checked. */
  public static Geometry geometry() {
    return GEOMETRY;
  }

  private static Geometry readGeometry() {
    try {
      byte[] image = GoldenImage.SAMPLE.bytes();
      ByteBuffer superblock = ByteBuffer.wrap(Arrays.copyOfRange(image, 1024, 2048));
      return Geometry.of(SuperblockView.of(superblock));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the superblock of the log. */
  public JournalSuperblock superblock() throws Ext4Exception {
    return JournalSuperblock.of(ByteBuffer.wrap(content, 0, BLOCK_SIZE), BLOCK_SIZE, blockCount());
  }

  /** Overwrites the area from its first byte on. Bytes beyond its end are ignored. */
  public FastCommitArea fill(byte[] area) {
    System.arraycopy(area, 0, content, at, Math.min(area.length, content.length - at));
    return this;
  }

  /** Gives every tail the sequence number of the transaction and the right checksum. */
  public FastCommitArea seal() {
    int sum = 0;
    for (int block = RING_BLOCKS + 1; block < RING_BLOCKS + AREA_BLOCKS; block++) {
      ByteBuffer view = ByteBuffer.wrap(content, block * BLOCK_SIZE, BLOCK_SIZE).slice();
      FastCommitBlock tags = new FastCommitBlock(view, geometry());
      while (tags.next() && tags.tag() != FastCommitBlock.Tag.NONE) {
        if (tags.tag() == FastCommitBlock.Tag.TAIL) {
          int tail = block * BLOCK_SIZE + tags.byteOffset() + 4;
          bytes.putInt(tail, SEQUENCE);
          bytes.putInt(tail + 4, tags.addTo(sum));
          sum = 0;
        } else {
          sum = tags.addTo(sum);
        }
      }
    }
    return this;
  }

  /** Returns the bytes of the area. */
  byte[] area() {
    return Arrays.copyOfRange(content, (RING_BLOCKS + 1) * BLOCK_SIZE, content.length);
  }

  FastCommitArea tag(int tag, byte[] value) {
    int start = at;
    header(tag, value.length);
    bytes.put(at, value);
    at += value.length;
    add(start, at);
    return this;
  }

  FastCommitArea head(int features, int sequence) {
    return tag(HEAD, words(features, sequence));
  }

  FastCommitArea pad() {
    int length = BLOCK_SIZE - at % BLOCK_SIZE - 4;
    return tag(PAD, new byte[length]);
  }

  /** Ends a fast commit, and its block. */
  FastCommitArea tail(int sequence) {
    int start = at;
    header(TAIL, BLOCK_SIZE - at % BLOCK_SIZE - 4);
    bytes.putInt(at, sequence);
    add(start, at + 4);
    bytes.putInt(at + 4, register);
    at += BLOCK_SIZE - at % BLOCK_SIZE;
    register = 0;
    return this;
  }

  /** Ends a fast commit as kernels before 6.2 did, which did not use the last byte of a block. */
  FastCommitArea oldTail(int sequence) {
    int start = at;
    header(TAIL, BLOCK_SIZE - at % BLOCK_SIZE - 5);
    bytes.putInt(at, sequence);
    add(start, at + 4);
    bytes.putInt(at + 4, register);
    at += BLOCK_SIZE - at % BLOCK_SIZE;
    bytes.put(at - 1, (byte) 9);
    register = 0;
    return this;
  }

  /**
   * Flips a bit of the byte that was written {@code bytesBack} bytes before the current position.
   */
  FastCommitArea spoil(int bytesBack) {
    content[at - bytesBack] ^= 1;
    return this;
  }

  FastCommitScan scan() throws IOException {
    return FastCommitScan.of(this, superblock(), geometry(), SEQUENCE);
  }

  static byte[] words(int... words) {
    ByteBuffer value = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      value.putInt(word);
    }
    return value.array();
  }

  static byte[] entry(int parent, int inode, String name) {
    byte[] start = words(parent, inode);
    byte[] value = Arrays.copyOf(start, start.length + name.length());
    for (int i = 0; i < name.length(); i++) {
      value[start.length + i] = (byte) name.charAt(i);
    }
    return value;
  }

  private void header(int tag, int length) {
    bytes.putShort(at, (short) tag).putShort(at + 2, (short) length);
    at += 4;
  }

  private void add(int from, int to) {
    register = Crc32c.from(register).add(bytes, from, to).value();
  }

  @Override
  public long blockCount() {
    return RING_BLOCKS + AREA_BLOCKS;
  }

  @Override
  public void read(long i, ByteBuffer block) {
    block.put(content, Math.toIntExact(i * BLOCK_SIZE), BLOCK_SIZE);
  }

  @Override
  public long byteOffset(long i) {
    return i * BLOCK_SIZE;
  }

  @Override
  public BlockDevice device() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(long i, ByteBuffer blocks) {
    throw new UnsupportedOperationException();
  }
}
