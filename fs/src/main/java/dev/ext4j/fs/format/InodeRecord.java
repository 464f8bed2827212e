package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;

import dev.ext4j.fs.FileFlag;
import java.nio.ByteBuffer;

/**
 * A movable look at the raw fields of {@code struct ext4_inode} in a piece of an inode table, for
 * those who go through all inodes. Fields are given as they lie on disk, whatever the features say
 * that they mean; {@link #view} is for the rest.
 */
public final class InodeRecord {
  private final Geometry geometry;
  private final InodeSum sum;
  private ByteBuffer table;
  private int base;
  private long number;

  /** A record that is nowhere yet. */
  public InodeRecord(Geometry geometry) {
    this.geometry = geometry;
    this.table = ByteBuffer.allocate(0);
    this.sum = new InodeSum(geometry);
  }

  /** Moves to inode {@code number}, which lies at a place in little-endian bytes of the table. */
  public void moveTo(ByteBuffer inodeTable, int byteOffset, long inodeNumber) {
    table = inodeTable;
    base = byteOffset;
    number = inodeNumber;
  }

  public long number() {
    return number;
  }

  /** The same inode with all that {@link InodeView} knows of it; made anew at each call. */
  public InodeView view() {
    return new InodeView(geometry, number, table, base);
  }

  /** Whether the checksum matches; an inode that is all zero passes. */
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

  /** The register that checksums of this inode's own blocks start from. */
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

  /** Whether a bit of {@code i_flags} is set. */
  public boolean hasFlag(FileFlag flag) {
    return (flags() & flag.bit()) != 0;
  }

  /** {@code i_size} with its upper half, whatever the type. */
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

  /** {@code i_obso_faddr}, which nobody uses. */
  public long fragmentAddress() {
    return I_OBSO_FADDR.get(table, base);
  }

  public long userId() {
    return I_UID.get(table, base) | (long) I_UID_HIGH.get(table, base) << 16;
  }

  public long groupId() {
    return I_GID.get(table, base) | (long) I_GID_HIGH.get(table, base) << 16;
  }

  /** {@code i_extra_isize}, 0 where inodes have 128 bytes. */
  public int extraSize() {
    return geometry.inodeSize() > InodeView.BASE_SIZE ? I_EXTRA_ISIZE.get(table, base) : 0;
  }

  /** {@code i_ctime}; of an inode that holds an attribute's value, its users' upper half. */
  public long changeTime() {
    return I_CTIME.get(table, base);
  }

  /** {@code i_atime}; of an inode that holds an attribute's value, the hash of it. */
  public long accessTime() {
    return I_ATIME.get(table, base);
  }

  /** {@code i_version_lo}; of an inode that holds an attribute's value, its users' lower half. */
  public long versionLow() {
    return I_VERSION_LO.get(table, base);
  }

  /** Word {@code i} of the 15 words of {@code i_block}. */
  public long blockWord(int i) {
    return table.getInt(base + I_BLOCK.offset() + i * Integer.BYTES) & 0xFFFFFFFFL;
  }

  /** Copies the 60 bytes of {@code i_block} to the start of a buffer. */
  public void copyBlockArea(ByteBuffer target) {
    target.put(0, table, base + I_BLOCK.offset(), I_BLOCK.width());
  }

  /** Whether there are attributes behind {@code i_extra_isize}. */
  public boolean hasAttributesInside() {
    int start = InodeView.BASE_SIZE + extraSize();
    return start + Integer.BYTES <= geometry.inodeSize()
        && table.getInt(base + start) == (int) XattrBlock.MAGIC;
  }
}
