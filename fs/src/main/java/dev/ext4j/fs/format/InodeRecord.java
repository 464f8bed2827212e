package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;

import dev.ext4j.fs.model.FileFlag;
import java.nio.ByteBuffer;

/**
 * A movable view of the raw fields of {@code struct ext4_inode} in a part of an inode table, for
 * code that reads all inodes. The methods return the fields as they are on disk, even if they have
 * another meaning with the features of the file system. {@link #view} returns a view that
 * interprets the fields.
 */
public final class InodeRecord {
  private final Geometry geometry;
  private final InodeSum sum;
  private ByteBuffer table;
  private int base;
  private long number;

  /**
   * Creates a record without a position. The caller must call {@link #moveTo} before it reads a
   * field.
   */
  public InodeRecord(Geometry geometry) {
    this.geometry = geometry;
    this.table = ByteBuffer.allocate(0);
    this.sum = new InodeSum(geometry);
  }

  /**
   * Moves the view to an inode at a byte offset in a part of the inode table. The buffer has
   * little-endian order.
   */
  public void moveTo(ByteBuffer inodeTable, int byteOffset, long inodeNumber) {
    table = inodeTable;
    base = byteOffset;
    number = inodeNumber;
  }

  public long number() {
    return number;
  }

  /** Returns a new {@link InodeView} of the same inode. */
  public InodeView view() {
    return new InodeView(geometry, number, table, base);
  }

  /**
   * Returns whether the checksum of the inode matches, or all its bytes are zero. The file system
   * must have metadata checksums.
   */
  public boolean isChecksumValid() {
    return sum.isRight(table, base, number) || isAllZero();
  }

  private boolean isAllZero() {
    for (int i = 0; i < geometry.inodeSize(); i += Long.BYTES) {
      if (table.getLong(base + i) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the CRC state from which the checksums of this inode and of its metadata blocks start;
   * see {@link Crc32c}.
   */
  public int checksumSeed() {
    return sum.seed(number, generation());
  }

  public int mode() {
    return I_MODE.get(table, base);
  }

  public int linkCount() {
    return I_LINKS_COUNT.get(table, base);
  }

  public long flags() {
    return I_FLAGS.get(table, base);
  }

  /** Returns whether a bit of {@code i_flags} is set. */
  public boolean hasFlag(FileFlag flag) {
    return (flags() & flag.bit()) != 0;
  }

  /** Returns {@code i_size} with its upper half, whatever the file type. */
  public long size() {
    return I_SIZE_LO.get(table, base) | I_SIZE_HIGH.get(table, base) << 32;
  }

  public long sizeLow() {
    return I_SIZE_LO.get(table, base);
  }

  public long sizeHigh() {
    return I_SIZE_HIGH.get(table, base);
  }

  public long deletionTime() {
    return I_DTIME.get(table, base);
  }

  public long generation() {
    return I_GENERATION.get(table, base);
  }

  public long blocksLow() {
    return I_BLOCKS_LO.get(table, base);
  }

  public int blocksHigh() {
    return I_BLOCKS_HIGH.get(table, base);
  }

  public long fileAclLow() {
    return I_FILE_ACL_LO.get(table, base);
  }

  public int fileAclHigh() {
    return I_FILE_ACL_HIGH.get(table, base);
  }

  /** Returns {@code i_obso_faddr}, which is unused. */
  public long fragmentAddress() {
    return I_OBSO_FADDR.get(table, base);
  }

  public long userId() {
    return I_UID.get(table, base) | (long) I_UID_HIGH.get(table, base) << 16;
  }

  public long groupId() {
    return I_GID.get(table, base) | (long) I_GID_HIGH.get(table, base) << 16;
  }

  /** Returns {@code i_extra_isize}, or 0 if inodes have 128 bytes. */
  public int extraSize() {
    return geometry.inodeSize() > InodeView.BASE_SIZE ? I_EXTRA_ISIZE.get(table, base) : 0;
  }

  /**
   * Returns {@code i_ctime}. If the inode holds the value of an extended attribute, this field is
   * the upper half of the inode's reference count.
   */
  public long changeTime() {
    return I_CTIME.get(table, base);
  }

  /**
   * Returns {@code i_atime}. If the inode holds the value of an extended attribute, this field is
   * the hash of the value.
   */
  public long accessTime() {
    return I_ATIME.get(table, base);
  }

  /**
   * Returns {@code i_version_lo}. If the inode holds the value of an extended attribute, this field
   * is the lower half of the inode's reference count.
   */
  public long versionLow() {
    return I_VERSION_LO.get(table, base);
  }

  /** Returns word {@code i} of the 15 words of {@code i_block}. */
  public long blockWord(int i) {
    return table.getInt(base + I_BLOCK.offset() + i * Integer.BYTES) & 0xFFFFFFFFL;
  }

  /** Copies the 60 bytes of {@code i_block} to the start of a buffer. */
  public void copyBlockArea(ByteBuffer target) {
    target.put(0, table, base + I_BLOCK.offset(), I_BLOCK.width());
  }

  /** Returns whether the inode contains extended attributes, after its fixed fields. */
  public boolean hasAttributesInside() {
    int start = InodeView.BASE_SIZE + extraSize();
    return start + Integer.BYTES <= geometry.inodeSize()
        && table.getInt(base + start) == (int) XattrBlock.MAGIC;
  }
}
