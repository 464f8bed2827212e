package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;

import java.nio.ByteBuffer;

/**
 * A computation of the checksums of many inodes. Each checksum is computed in one pass over a copy
 * of the inode in which the checksum fields are zero. No object is created for an inode. Each
 * thread needs its own instance of this class.
 */
final class InodeSum {
  private static final int START = 12; // the file system's seed, the inode number, the generation

  // Offsets in the copy.
  private static final int GENERATION = START + I_GENERATION.offset();
  private static final int CHECKSUM_LOW = START + I_CHECKSUM_LO.offset();
  private static final int CHECKSUM_HIGH = START + I_CHECKSUM_HI.offset();
  private static final int EXTRA_SIZE = START + I_EXTRA_ISIZE.offset();

  /** The smallest size of the used part of an inode that has the upper half of a checksum. */
  private static final int WIDE_END = I_CHECKSUM_HI.offset() + I_CHECKSUM_HI.width();

  private final byte[] copy;
  private final int inodeSize;
  private final Crc32c.Prefixed crc;

  InodeSum(Geometry geometry) {
    inodeSize = geometry.inodeSize();
    copy = new byte[START + inodeSize];
    crc = Crc32c.prefixed(geometry.checksumSeed(), copy);
  }

  /** Returns whether the checksum of the inode at a byte offset in a table matches. */
  boolean isRight(byte[] table, int at, long number) {
    System.arraycopy(table, at, copy, START, inodeSize);
    return isCopyRight(number);
  }

  /** Returns whether the checksum of the inode at a byte offset in a buffer matches. */
  boolean isRight(ByteBuffer table, int at, long number) {
    table.get(at, copy, START, inodeSize);
    return isCopyRight(number);
  }

  private boolean isCopyRight(long number) {
    LittleEndian.putInt(copy, Integer.BYTES, (int) number);
    int generation = LittleEndian.i32(copy, GENERATION);
    LittleEndian.putInt(copy, 2 * Integer.BYTES, generation);
    int low = take(CHECKSUM_LOW);
    boolean wide =
        inodeSize > InodeView.BASE_SIZE
            && InodeView.BASE_SIZE + LittleEndian.u16(copy, EXTRA_SIZE) >= WIDE_END;
    int high = wide ? take(CHECKSUM_HIGH) : 0;
    int checksum = crc.value(copy.length);
    return low == (checksum & 0xFFFF) && (!wide || high == checksum >>> 16);
  }

  /** Returns the value of a field of two bytes and sets the field to zero. */
  private int take(int at) {
    int value = LittleEndian.u16(copy, at);
    copy[at] = 0;
    copy[at + 1] = 0;
    return value;
  }

  /**
   * Returns the CRC state from which the checksums of an inode and of its metadata blocks start.
   */
  int seed(long number, long generation) {
    LittleEndian.putInt(copy, Integer.BYTES, (int) number);
    LittleEndian.putInt(copy, 2 * Integer.BYTES, (int) generation);
    return crc.value(START);
  }
}
