package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoField;

/**
 * A view of {@code struct ext4_inode}. It has 128 bytes, or more if the file system has larger
 * inodes.
 */
public final class InodeView {
  /** The size of {@code i_block} in bytes. */
  public static final int BLOCK_AREA_SIZE = 60;

  /** The size of the part that every inode has, in bytes. */
  public static final int BASE_SIZE = 128;

  private static final long HUGE_FILE = 0x40000;

  private final ByteBuffer bytes;
  private final Geometry geometry;
  private final long number;

  /**
   * The cached {@link #checksumSeed} (lower half) and the generation from which it was computed
   * (upper half).
   */
  private volatile long seed;

  /** Creates a view of an inode at a byte offset in a block of the inode table. */
  public InodeView(Geometry geometry, long number, ByteBuffer block, int byteOffset) {
    this.bytes = block.slice(byteOffset, geometry.inodeSize()).order(ByteOrder.LITTLE_ENDIAN);
    this.geometry = geometry;
    this.number = number;
    this.seed = ~generation() << Integer.SIZE; // not computed yet
  }

  /** Returns a copy of all bytes of the inode, in a buffer of little-endian order. */
  public ByteBuffer copy() {
    ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.get(0, copy.array());
    return copy;
  }

  public int mode() {
    return I_MODE.get(bytes);
  }

  public void setMode(int mode) {
    I_MODE.set(bytes, mode);
  }

  public long userId() {
    return I_UID.get(bytes) | (long) I_UID_HIGH.get(bytes) << 16;
  }

  public long groupId() {
    return I_GID.get(bytes) | (long) I_GID_HIGH.get(bytes) << 16;
  }

  /** Returns {@code i_projid}, or 0 if the inode is too small to have this field. */
  public long projectId() {
    return has(I_PROJID) ? I_PROJID.get(bytes) : 0;
  }

  /**
   * Returns {@code i_size} in bytes. It has 64 bits for regular files. For other files it has 64
   * bits with the feature large_dir, else 32 bits.
   */
  public long size() {
    return I_SIZE_LO.get(bytes) | (hasWideSize() ? I_SIZE_HIGH.get(bytes) << 32 : 0);
  }

  /**
   * Sets {@code i_size}. If the size has only 32 bits, {@code i_size_high} has another meaning and
   * stays unchanged.
   */
  public void setSize(long size) {
    I_SIZE_LO.set(bytes, size & 0xFFFFFFFFL);
    if (hasWideSize()) {
      I_SIZE_HIGH.set(bytes, size >>> 32);
    }
  }

  private boolean hasWideSize() {
    return (mode() & 0xF000) == 0x8000 || geometry.features().has(IncompatFeature.LARGEDIR);
  }

  public int linkCount() {
    return I_LINKS_COUNT.get(bytes);
  }

  /** Sets {@code i_links_count}, which has 16 bits. */
  public void setLinkCount(int count) {
    I_LINKS_COUNT.set(bytes, count);
  }

  public long flags() {
    return I_FLAGS.get(bytes);
  }

  public void setFlags(long flags) {
    I_FLAGS.set(bytes, flags);
  }

  /** Returns whether a bit of {@code i_flags} is set. */
  public boolean hasFlag(dev.ext4j.fs.model.FileFlag flag) {
    return (flags() & flag.bit()) != 0;
  }

  /**
   * Returns {@code i_blocks}, converted to units of 512 bytes from the unit that the inode uses.
   */
  public long sectors() {
    if (!geometry.features().has(RoCompatFeature.HUGE_FILE)) {
      return I_BLOCKS_LO.get(bytes);
    }
    long count = I_BLOCKS_LO.get(bytes) | (long) I_BLOCKS_HIGH.get(bytes) << 32;
    return (flags() & HUGE_FILE) != 0 ? count << (geometry.blockSizeBits() - 9) : count;
  }

  /**
   * Sets {@code i_blocks}, in the unit that the kernel would choose.
   *
   * @param sectors the number of units of 512 bytes
   */
  public void setSectors(long sectors) {
    boolean hugeFeature = geometry.features().has(RoCompatFeature.HUGE_FILE);
    long flags = flags() & ~HUGE_FILE;
    if (sectors >>> 32 == 0) {
      I_BLOCKS_LO.set(bytes, sectors);
      if (hugeFeature) {
        I_BLOCKS_HIGH.set(bytes, 0);
      }
    } else if (sectors >>> 48 == 0) {
      I_BLOCKS_LO.set(bytes, sectors & 0xFFFFFFFFL);
      I_BLOCKS_HIGH.set(bytes, (int) (sectors >>> 32));
    } else {
      long blocks = sectors >>> (geometry.blockSizeBits() - 9);
      flags |= HUGE_FILE;
      I_BLOCKS_LO.set(bytes, blocks & 0xFFFFFFFFL);
      I_BLOCKS_HIGH.set(bytes, (int) (blocks >>> 32));
    }
    I_FLAGS.set(bytes, flags);
  }

  public long generation() {
    return I_GENERATION.get(bytes);
  }

  /** Returns {@code i_version}, with 64 bits if the inode has room for them. */
  public long version() {
    return I_VERSION_LO.get(bytes) | (has(I_VERSION_HI) ? I_VERSION_HI.get(bytes) << 32 : 0);
  }

  /** Adds one to {@code i_version}. */
  public void increaseVersion() {
    long next = version() + 1;
    I_VERSION_LO.set(bytes, next & 0xFFFFFFFFL);
    if (has(I_VERSION_HI)) {
      I_VERSION_HI.set(bytes, next >>> 32);
    }
  }

  /** Returns the attribute block, or 0 if there is none. */
  public long xattrBlock() {
    return I_FILE_ACL_LO.get(bytes)
        | (geometry.features().has(IncompatFeature.BIT64)
            ? (long) I_FILE_ACL_HIGH.get(bytes) << 32
            : 0);
  }

  /** Removes the reference to the attribute block. */
  public void clearXattrBlock() {
    I_FILE_ACL_LO.set(bytes, 0);
    if (geometry.features().has(IncompatFeature.BIT64)) {
      I_FILE_ACL_HIGH.set(bytes, 0);
    }
  }

  /**
   * Copies all fields except {@code i_block} from another copy of the inode.
   *
   * @param raw the other copy; if it is shorter than an inode, the missing fields stay unchanged
   */
  public void copyFieldsFrom(ByteBuffer raw) {
    int end = Math.min(raw.limit(), bytes.capacity());
    int afterMapping = I_BLOCK.offset() + I_BLOCK.width();
    bytes.put(0, raw, 0, I_BLOCK.offset());
    bytes.put(afterMapping, raw, afterMapping, end - afterMapping);
  }

  /** Copies {@code i_block} from another copy of the inode. */
  public void copyBlockAreaFrom(ByteBuffer raw) {
    bytes.put(I_BLOCK.offset(), raw, I_BLOCK.offset(), I_BLOCK.width());
  }

  /** Returns {@code i_dtime}: seconds since 1970, or the next inode of the orphan list. */
  public long deletionTime() {
    return I_DTIME.get(bytes);
  }

  /**
   * Sets {@code i_dtime}. The field has only 32 bits, so only the lower 32 bits of a time are
   * stored.
   */
  public void setDeletionTime(long secondsOrInode) {
    I_DTIME.set(bytes, secondsOrInode & 0xFFFFFFFFL);
  }

  public Instant accessTime() {
    return time(I_ATIME, I_ATIME_EXTRA);
  }

  public Instant modificationTime() {
    return time(I_MTIME, I_MTIME_EXTRA);
  }

  public Instant changeTime() {
    return time(I_CTIME, I_CTIME_EXTRA);
  }

  /** Returns whether the inode has room for a creation time. */
  public boolean hasCreationTime() {
    return has(I_CRTIME);
  }

  public Instant creationTime() {
    return time(I_CRTIME, I_CRTIME_EXTRA);
  }

  public void setModificationTime(Instant time) {
    setTime(I_MTIME, I_MTIME_EXTRA, time);
  }

  public void setChangeTime(Instant time) {
    setTime(I_CTIME, I_CTIME_EXTRA, time);
  }

  /**
   * Returns a buffer over the 60 bytes of {@code i_block}. A write to the buffer changes the inode.
   */
  public ByteBuffer blockArea() {
    return bytes.slice(I_BLOCK.offset(), BLOCK_AREA_SIZE).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns a buffer over the bytes after the fixed fields, which may hold extended attributes. A
   * write to the buffer changes the inode. The buffer is empty if the inode has no bytes after the
   * fixed fields, or if {@code i_extra_isize} is impossible.
   */
  public ByteBuffer extraArea() {
    int start = BASE_SIZE + extraSize();
    if (bytes.capacity() <= BASE_SIZE || start > bytes.capacity()) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    return bytes.slice(start, bytes.capacity() - start).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns {@code i_extra_isize}: the size of the fixed fields after the first 128 bytes. */
  public int extraSize() {
    return bytes.capacity() > BASE_SIZE ? I_EXTRA_ISIZE.get(bytes) : 0;
  }

  /** Returns whether {@code i_extra_isize} is a multiple of 4 and fits in the inode. */
  public boolean isExtraSizeValid() {
    int extra = extraSize();
    return extra % 4 == 0 && BASE_SIZE + extra <= Math.max(bytes.capacity(), BASE_SIZE);
  }

  /**
   * Returns the CRC state from which the checksums of this inode and of its metadata blocks start;
   * see {@link Crc32c}.
   */
  public int checksumSeed() {
    long known = seed;
    if ((int) (known >>> Integer.SIZE) != (int) generation()) {
      known = computeSeed();
      seed = known;
    }
    return (int) known;
  }

  private long computeSeed() {
    long generation = generation();
    int value = Crc32c.from(geometry.checksumSeed()).addInt(number).addInt(generation).value();
    return generation << Integer.SIZE | (value & 0xFFFFFFFFL);
  }

  /**
   * Returns whether the checksum of the inode matches. Returns also true if the file system has no
   * such checksums, or if all bytes of the inode are zero.
   */
  public boolean isChecksumValid() {
    if (!geometry.hasMetadataChecksums()) {
      return true;
    }
    int checksum = checksum();
    if (I_CHECKSUM_LO.get(bytes) == (checksum & 0xFFFF)
        && (!has(I_CHECKSUM_HI) || I_CHECKSUM_HI.get(bytes) == checksum >>> 16)) {
      return true;
    }
    return isAllZero();
  }

  /** Updates the checksum after changes. */
  public void seal() {
    if (geometry.hasMetadataChecksums()) {
      int checksum = checksum();
      I_CHECKSUM_LO.set(bytes, checksum & 0xFFFF);
      if (has(I_CHECKSUM_HI)) {
        I_CHECKSUM_HI.set(bytes, checksum >>> 16);
      }
    }
  }

  private int checksum() {
    int low = I_CHECKSUM_LO.offset();
    Crc32c crc =
        Crc32c.from(checksumSeed()).add(bytes, 0, low).addZeros(2).add(bytes, low + 2, BASE_SIZE);
    int size = bytes.capacity();
    if (size > BASE_SIZE) {
      int high = I_CHECKSUM_HI.offset();
      crc.add(bytes, BASE_SIZE, high);
      if (has(I_CHECKSUM_HI)) {
        crc.addZeros(2).add(bytes, high + 2, size);
      } else {
        crc.add(bytes, high, size);
      }
    }
    return crc.value();
  }

  private boolean isAllZero() {
    for (int i = 0; i < bytes.capacity(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean has(Field field) {
    int end = field.offset() + field.width();
    return end <= bytes.capacity() && end <= BASE_SIZE + extraSize();
  }

  private Instant time(Field.U32 seconds, Field.U32 extra) {
    long signed = (int) seconds.get(bytes);
    if (!has(extra)) {
      return Instant.ofEpochSecond(signed);
    }
    long more = extra.get(bytes);
    return Instant.ofEpochSecond(signed + ((more & 3) << 32), more >>> 2);
  }

  private void setTime(Field.U32 seconds, Field.U32 extra, Instant time) {
    long second = time.getEpochSecond();
    seconds.set(bytes, second & 0xFFFFFFFFL);
    if (has(extra)) {
      long epoch = ((second - (int) second) >>> 32) & 3;
      int nanos = time.get(ChronoField.NANO_OF_SECOND);
      extra.set(bytes, ((long) nanos << 2) | epoch);
    }
  }
}
