package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tags of one block of the fast commit area. A tag is a {@code struct ext4_fc_tl}
 * followed by its value. The structure has two fields of 16 bits: the code of the tag and the
 * length of the value. They are little-endian, unlike the rest of the log. No tag crosses the end
 * of a block, and a pad fills the rest of the block. Three bytes or fewer at the end hold no tag.
 * Kernels before 6.2 never used the last byte.
 */
public final class FastCommitBlock {
  /** The features of fast commits that this version knows. None is defined yet. */
  public static final long KNOWN_FEATURES = 0;

  private static final int HEADER_SIZE = 4;
  private static final int ADD_RANGE_SIZE = 16;
  private static final int DELETE_RANGE_SIZE = 12;
  private static final int ENTRY_SIZE = 8; // without the name
  private static final int NAME_MAX = 255;
  private static final int INODE_NUMBER_SIZE = 4;
  private static final int TAIL_SIZE = 8;
  private static final int TAIL_TID_END = 4;
  private static final int HEAD_SIZE = 8;
  private static final int HEAD_TID = 4;
  private static final int WRITTEN_MAX = 1 << 15; // a longer ee_len means "unwritten"
  private static final long LOGICAL_END = 1L << 32;

  private final Geometry geometry;
  private final ByteBuffer bytes;
  private Tag tag = Tag.NONE;
  private int start;
  private int length;
  private int next;

  /** Creates a cursor before the first tag of a block. The bytes of the block must not change. */
  public FastCommitBlock(ByteBuffer block, Geometry geometry) {
    this.geometry = geometry;
    bytes = block.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The kinds of tag. */
  public enum Tag {
    /** A change. */
    RECORD,
    /** Padding up to the end of the block. */
    PAD,
    /** The end of a fast commit. The rest of the block belongs to this tag as well. */
    TAIL,
    /**
     * The start of the fast commit area. It names the transaction that the fast commits belong to.
     */
    HEAD,
    /** Bytes that are not a tag, or a tag whose length is invalid. */
    NONE
  }

  /** Moves to the next tag. Returns false if the block has no room for another one. */
  public boolean next() {
    if (next > bytes.capacity() - HEADER_SIZE) {
      return false;
    }
    start = next;
    length = bytes.getShort(start + 2) & 0xFFFF;
    boolean fits = length <= bytes.capacity() - start - HEADER_SIZE;
    tag = fits ? classify() : Tag.NONE;
    next = start + HEADER_SIZE + length;
    return true;
  }

  private Tag classify() {
    return switch (code()) {
      case 1 -> recordIf(length == ADD_RANGE_SIZE);
      case 2 -> recordIf(length == DELETE_RANGE_SIZE);
      case 3, 4, 5 -> recordIf(length > ENTRY_SIZE && length <= ENTRY_SIZE + NAME_MAX);
      case 6 ->
          recordIf(
              length >= INODE_NUMBER_SIZE + InodeView.BASE_SIZE
                  && length <= INODE_NUMBER_SIZE + geometry.inodeSize());
      case 7 -> Tag.PAD;
      case 8 -> length >= TAIL_SIZE ? Tag.TAIL : Tag.NONE;
      case 9 -> length == HEAD_SIZE ? Tag.HEAD : Tag.NONE;
      default -> Tag.NONE;
    };
  }

  private static Tag recordIf(boolean lengthFits) {
    return lengthFits ? Tag.RECORD : Tag.NONE;
  }

  /** Returns the kind of the tag. */
  public Tag tag() {
    return tag;
  }

  /** Returns the offset of the tag in the block, in bytes. */
  public int byteOffset() {
    return start;
  }

  /** Returns the number of the transaction that a head or tail belongs to. */
  public int sequence() {
    return bytes.getInt(valueAt(tag == Tag.HEAD ? HEAD_TID : 0));
  }

  /** Returns the features that a head requires. */
  public long features() {
    return u32(0);
  }

  /** Returns the checksum in a tail. */
  public int checksum() {
    return bytes.getInt(valueAt(TAIL_TID_END));
  }

  /**
   * Returns the checksum of a fast commit after this tag is added to it. The first tag is added to
   * 0 (not to all ones). The checksum covers the tags with their values, up to and including the
   * transaction number in the tail.
   */
  public int addTo(int register) {
    int end = tag == Tag.TAIL ? valueAt(TAIL_TID_END) : next;
    return Crc32c.from(register).add(bytes, start, end).value();
  }

  /**
   * Returns the change that the tag describes; null if a number in it is invalid. The result does
   * not refer to the bytes of the block.
   */
  public @Nullable FastCommitRecord read() {
    return switch (code()) {
      case 1 -> addRange();
      case 2 -> deleteRange();
      case 3, 4, 5 -> entryChange();
      case 6 -> inodeUpdate();
      default -> throw new IllegalStateException("tag " + code() + " is no change");
    };
  }

  private @Nullable FastCommitRecord addRange() {
    long inode = inodeNumber(0);
    long logicalBlock = u32(4);
    int rawCount = u16(8);
    boolean unwritten = rawCount > WRITTEN_MAX;
    int blockCount = unwritten ? rawCount - WRITTEN_MAX : rawCount;
    long physicalBlock = (long) u16(10) << 32 | u32(12);
    return inode == 0
            || blockCount == 0
            || logicalBlock + blockCount > LOGICAL_END
            || !geometry.containsBlocks(physicalBlock, blockCount)
        ? null
        : new FastCommitRecord.AddRange(inode, logicalBlock, physicalBlock, blockCount, unwritten);
  }

  private @Nullable FastCommitRecord deleteRange() {
    long inode = inodeNumber(0);
    long logicalBlock = u32(4);
    long blockCount = u32(8);
    return inode == 0 || logicalBlock + blockCount > LOGICAL_END
        ? null
        : new FastCommitRecord.DeleteRange(inode, logicalBlock, blockCount);
  }

  private @Nullable FastCommitRecord entryChange() {
    long parent = inodeNumber(0);
    long inode = inodeNumber(4);
    if (parent == 0 || inode == 0) {
      return null;
    }
    ByteBuffer name = copy(ENTRY_SIZE);
    return switch (code()) {
      case 3 -> new FastCommitRecord.Create(parent, inode, name);
      case 4 -> new FastCommitRecord.Link(parent, inode, name);
      default -> new FastCommitRecord.Unlink(parent, inode, name);
    };
  }

  private @Nullable FastCommitRecord inodeUpdate() {
    long inode = inodeNumber(0);
    if (inode == 0) {
      return null;
    }
    return new FastCommitRecord.InodeUpdate(inode, copy(INODE_NUMBER_SIZE));
  }

  /**
   * Returns the inode number at an offset in the value, or 0 if the file system has no such inode.
   */
  private long inodeNumber(int offset) {
    long number = u32(offset);
    return number <= geometry.inodeCount() ? number : 0;
  }

  private ByteBuffer copy(int offset) {
    byte[] copy = new byte[length - offset];
    bytes.get(valueAt(offset), copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private int code() {
    return bytes.getShort(start) & 0xFFFF;
  }

  private int valueAt(int offset) {
    return start + HEADER_SIZE + offset;
  }

  private int u16(int offset) {
    return bytes.getShort(valueAt(offset)) & 0xFFFF;
  }

  private long u32(int offset) {
    return bytes.getInt(valueAt(offset)) & 0xFFFFFFFFL;
  }
}
