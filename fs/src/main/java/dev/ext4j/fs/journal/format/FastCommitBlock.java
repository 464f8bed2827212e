package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tags of one block of the fast-commit area. Each is a {@code struct ext4_fc_tl}
 * (tag and length of the value, 16 bits each, little-endian unlike the rest of the log) and its
 * value. None crosses the end of a block: a pad fills what is left. Three bytes or fewer at the end
 * are no tag; kernels before 6.2 never used the last byte.
 */
public final class FastCommitBlock {
  /** The features of fast commits that are known: there are none yet. */
  public static final long KNOWN_FEATURES = 0;

  private static final int HEADER_SIZE = 4;
  private static final int ADD_RANGE_SIZE = 16;
  private static final int DELETE_RANGE_SIZE = 12;
  private static final int ENTRY_SIZE = 8; // before the name
  private static final int NAME_MAX = 255;
  private static final int INODE_NUMBER_SIZE = 4;
  private static final int TAIL_SIZE = 8;
  private static final int TAIL_TID_END = 4;
  private static final int HEAD_SIZE = 8;
  private static final int HEAD_TID = 4;
  private static final int WRITTEN_MAX = 1 << 15; // a longer ee_len says "unwritten"
  private static final long LOGICAL_END = 1L << 32;

  private final Geometry geometry;
  private final ByteBuffer bytes;
  private Tag tag = Tag.NONE;
  private int start;
  private int length;
  private int next;

  /** A cursor before the first tag of a block, which must stay as it is. */
  public FastCommitBlock(ByteBuffer block, Geometry geometry) {
    this.geometry = geometry;
    bytes = block.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What a tag says. */
  public enum Tag {
    /** One of the changes. */
    RECORD,
    /** Nothing, to the end of the block. */
    PAD,
    /** A fast commit ends here; the rest of the block is its as well. */
    TAIL,
    /** The area begins here, for one transaction. */
    HEAD,
    /** No tag, or one with a length that it cannot have. */
    NONE
  }

  /** Goes to the next tag; false if the block has no room for another. */
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

  /** What the tag is. */
  public Tag tag() {
    return tag;
  }

  /** Where the tag begins in the block, in bytes. */
  public int byteOffset() {
    return start;
  }

  /** The transaction that a head or tail belongs to. */
  public int sequence() {
    return bytes.getInt(valueAt(tag == Tag.HEAD ? HEAD_TID : 0));
  }

  /** The features that a head asks for. */
  public long features() {
    return u32(0);
  }

  /** The checksum in a tail. */
  public int checksum() {
    return bytes.getInt(valueAt(TAIL_TID_END));
  }

  /**
   * Goes on with the checksum of a commit, which starts from 0 (not from all ones) and runs over
   * its tags with their values, up to and with the tail's transaction.
   */
  public int addTo(int register) {
    int end = tag == Tag.TAIL ? valueAt(TAIL_TID_END) : next;
    return Crc32c.from(register).add(bytes, start, end).value();
  }

  /** The change that the tag tells of; null if its numbers cannot be. Not bound to the block. */
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

  /** A number in the value, or 0 if there is no such inode. */
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
