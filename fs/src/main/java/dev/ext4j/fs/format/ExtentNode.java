package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A view of one node of an extent tree. A node begins with {@code struct ext4_extent_header}. After
 * the header, a leaf has entries of {@code struct ext4_extent}, and an index node has entries of
 * {@code struct ext4_extent_idx}. The root is in the inode's {@code i_block}. Every other node
 * fills a block and, with metadata_csum, ends with {@code struct ext4_extent_tail}.
 */
public final class ExtentNode {
  /**
   * The largest {@code eh_depth} of a root. Even a tree with 2^32 extents of one block each needs
   * no greater depth.
   */
  public static final int MAX_DEPTH = 5;

  /**
   * The largest length of a written extent in blocks. Greater values of {@code ee_len} mean
   * unwritten extents.
   */
  public static final int MAX_WRITTEN_LENGTH = 32768;

  /** The largest length of an unwritten extent in blocks. */
  public static final int MAX_UNWRITTEN_LENGTH = 32767;

  private static final int MAGIC = 0xF30A;
  private static final int HEADER_SIZE = 12;
  private static final int ENTRY_SIZE = 12;
  private static final int ENTRY_WORDS = ENTRY_SIZE / Integer.BYTES;
  private static final int TAIL_SIZE = 4;
  private static final long WORD = 0xFFFFFFFFL;

  /** A buffer for the entries of a node of 64 KiB, so that no array is allocated for each node. */
  private static final ThreadLocal<int[]> WORDS =
      ThreadLocal.withInitial(() -> new int[ENTRY_WORDS * capacityOfBlock(1 << 16)]);

  static final Field.U16 EH_MAGIC = new Field.U16("eh_magic", 0x0);
  static final Field.U16 EH_ENTRIES = new Field.U16("eh_entries", 0x2);
  static final Field.U16 EH_MAX = new Field.U16("eh_max", 0x4);
  static final Field.U16 EH_DEPTH = new Field.U16("eh_depth", 0x6);
  static final Field.U32 EH_GENERATION = new Field.U32("eh_generation", 0x8);
  static final Field.Layout HEADER_LAYOUT =
      new Field.Layout(
          "ext4_extent_header",
          HEADER_SIZE,
          List.of(EH_MAGIC, EH_ENTRIES, EH_MAX, EH_DEPTH, EH_GENERATION));

  static final Field.U32 EE_BLOCK = new Field.U32("ee_block", 0x0);
  static final Field.U16 EE_LEN = new Field.U16("ee_len", 0x4);
  static final Field.U16 EE_START_HI = new Field.U16("ee_start_hi", 0x6);
  static final Field.U32 EE_START_LO = new Field.U32("ee_start_lo", 0x8);
  static final Field.Layout EXTENT_LAYOUT =
      new Field.Layout(
          "ext4_extent", ENTRY_SIZE, List.of(EE_BLOCK, EE_LEN, EE_START_HI, EE_START_LO));

  static final Field.U32 EI_BLOCK = new Field.U32("ei_block", 0x0);
  static final Field.U32 EI_LEAF_LO = new Field.U32("ei_leaf_lo", 0x4);
  static final Field.U16 EI_LEAF_HI = new Field.U16("ei_leaf_hi", 0x8);
  static final Field.U16 EI_UNUSED = new Field.U16("ei_unused", 0xA);
  static final Field.Layout INDEX_LAYOUT =
      new Field.Layout(
          "ext4_extent_idx", ENTRY_SIZE, List.of(EI_BLOCK, EI_LEAF_LO, EI_LEAF_HI, EI_UNUSED));

  private final ByteBuffer bytes;

  private ExtentNode(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Returns whether the bytes begin with the magic number of a node. */
  public static boolean isNode(ByteBuffer bytes) {
    return EH_MAGIC.get(bytes) == MAGIC;
  }

  /**
   * Returns a view of a node after checking it. Everything in the node is checked that can be
   * checked without reading other blocks.
   *
   * @param name the name of the node in messages, which is requested only if something is wrong
   * @throws CorruptionException with EXTENT_NODE, EXTENT_ORDER, EXTENT_DEPTH or BLOCK_OUT_OF_RANGE
   *     if the node is damaged
   */
  public static ExtentNode verify(ByteBuffer bytes, Geometry geometry, Supplier<String> name)
      throws CorruptionException {
    ExtentNode sound = ifSound(bytes, geometry);
    if (sound != null) {
      return sound;
    }
    String where = name.get();
    if (EH_MAGIC.get(bytes) != MAGIC) {
      throw new CorruptionException(Kind.EXTENT_NODE, where + ": bad magic number");
    }
    ExtentNode node = new ExtentNode(bytes);
    if (!node.hasSoundCounts()) {
      throw new CorruptionException(
          Kind.EXTENT_NODE,
          where + ": " + node.entries() + " entries of " + node.capacity() + " cannot be");
    }
    if (node.depth() > MAX_DEPTH) {
      throw new CorruptionException(Kind.EXTENT_DEPTH, where + ": depth " + node.depth());
    }
    node.verifyEntries(geometry, where);
    throw new AssertionError(where + " is sound and unsound");
  }

  /**
   * Returns a view of a node without checking it. The caller has checked the node, or checks it
   * through the view.
   */
  public static ExtentNode unchecked(ByteBuffer bytes) {
    return new ExtentNode(bytes);
  }

  /** Same as {@link #verify}, but returns null if the node is damaged. */
  public static @Nullable ExtentNode ifSound(ByteBuffer bytes, Geometry geometry) {
    ExtentNode node = new ExtentNode(bytes);
    return node.hasSoundHeader() && node.isInOrder(geometry) ? node : null;
  }

  /** Returns whether the header has the magic number, possible counts and a possible depth. */
  public boolean hasSoundHeader() {
    return hasSoundShape() && depth() <= MAX_DEPTH;
  }

  /**
   * Returns whether the header has the magic number and possible counts. The depth is not checked,
   * because e2fsck follows trees that are deeper than the kernel allows.
   */
  public boolean hasSoundShape() {
    return EH_MAGIC.get(bytes) == MAGIC && hasSoundCounts();
  }

  private boolean hasSoundCounts() {
    int capacity = capacity();
    return entries() <= capacity
        && capacity > 0
        && capacity <= (bytes.capacity() - HEADER_SIZE) / ENTRY_SIZE;
  }

  /**
   * Returns whether the entries pass the checks of {@link #verifyEntries}. This check makes one
   * fast pass, and does not report which entry is wrong.
   */
  private boolean isInOrder(Geometry geometry) {
    int[] words = words(0);
    int wordCount = wordCount(0);
    boolean leaf = depth() == 0;
    long end = 0;
    for (int i = 0; i < wordCount; i += ENTRY_WORDS) {
      long logical = words[i] & WORD;
      int count = leaf ? length(words[i + 1]) : 1;
      if (logical < end || count == 0 || logical + count > 1L << 32) {
        return false;
      }
      long physical = leaf ? start(words, i) : child(words, i);
      if (!geometry.containsBlocks(physical, count)) {
        return false;
      }
      end = logical + count;
    }
    return true;
  }

  /**
   * Returns the entries at index {@code from} and later as 32-bit words. Walking the array is much
   * faster than reading each field. The array is valid until the same thread calls this method
   * again.
   */
  private int[] words(int from) {
    int[] words = WORDS.get();
    int count = wordCount(from);
    area(from, count).get(words, 0, count);
    return words;
  }

  private int wordCount(int from) {
    return Math.max(0, entries() - from) * ENTRY_WORDS;
  }

  private IntBuffer area(int from, int wordCount) {
    return bytes
        .slice(at(from), wordCount * Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer();
  }

  private static int length(int word) {
    int raw = word & 0xFFFF;
    return raw <= MAX_WRITTEN_LENGTH ? raw : raw - MAX_WRITTEN_LENGTH;
  }

  private static long start(int[] words, int i) {
    return (words[i + 2] & WORD) | (long) (words[i + 1] >>> 16) << 32;
  }

  private static long child(int[] words, int i) {
    return (words[i + 1] & WORD) | (words[i + 2] & 0xFFFFL) << 32;
  }

  /**
   * Returns whether there are two neighbouring extents, at index {@code from} or later, that are
   * contiguous both in the file and on the disk.
   */
  public boolean hasTouching(int from) {
    int[] words = words(from);
    int wordCount = wordCount(from);
    for (int i = ENTRY_WORDS; i < wordCount; i += ENTRY_WORDS) {
      int before = i - ENTRY_WORDS;
      int count = length(words[before + 1]);
      if ((words[before] & WORD) + count == (words[i] & WORD)
          && start(words, before) + count == start(words, i)) {
        return true;
      }
    }
    return false;
  }

  private void verifyEntries(Geometry geometry, String where) throws CorruptionException {
    boolean leaf = depth() == 0;
    long end = 0;
    for (int i = 0; i < entries(); i++) {
      long logical = logicalBlock(i);
      if (logical < end) {
        throw new CorruptionException(
            Kind.EXTENT_ORDER,
            where + ": entry " + i + " at block " + logical + " is out of order");
      }
      long physical = leaf ? physicalBlock(i) : childBlock(i);
      long count = leaf ? blockCount(i) : 1;
      if (count == 0 || logical + count > 1L << 32) {
        throw new CorruptionException(
            Kind.EXTENT_NODE, where + ": entry " + i + " has the length " + count);
      }
      if (!geometry.containsBlocks(physical, count)) {
        throw new CorruptionException(
            Kind.BLOCK_OUT_OF_RANGE,
            where + ": entry " + i + " points to block " + physical + " + " + count);
      }
      end = logical + count;
    }
  }

  /** Returns the number of entries that fit into a node that fills a block. */
  public static int capacityOfBlock(int blockSize) {
    // The remainder of the division is at least 4 bytes, which are the room for the tail. It stays
    // unused without checksums.
    return (blockSize - HEADER_SIZE) / ENTRY_SIZE;
  }

  /** Returns the number of entries that fit into the inode. */
  public static int capacityOfRoot() {
    return (InodeView.BLOCK_AREA_SIZE - HEADER_SIZE) / ENTRY_SIZE;
  }

  /** Overwrites the bytes with an empty node, and returns a view of it. */
  public static ExtentNode create(ByteBuffer bytes, int depth, int capacity) {
    int words = bytes.capacity() / Integer.BYTES; // the root has 60 bytes
    for (int i = 0; i < words; i++) {
      bytes.putInt(i * Integer.BYTES, 0);
    }
    EH_MAGIC.set(bytes, MAGIC);
    EH_MAX.set(bytes, capacity);
    EH_DEPTH.set(bytes, depth);
    return new ExtentNode(bytes);
  }

  /**
   * Copies the bytes of a node, including its unused room, to a buffer of the same size.
   *
   * @return a view of the copy
   */
  public static ExtentNode copy(ExtentNode node, ByteBuffer bytes) {
    node.copyTo(bytes);
    return new ExtentNode(bytes);
  }

  public int entries() {
    return EH_ENTRIES.get(bytes);
  }

  public int capacity() {
    return EH_MAX.get(bytes);
  }

  public int depth() {
    return EH_DEPTH.get(bytes);
  }

  /** Returns the first logical block of entry {@code i}, in a leaf or in an index node. */
  public long logicalBlock(int i) {
    return EE_BLOCK.get(bytes, at(i));
  }

  /** Sets the first logical block of entry {@code i}. */
  public void setLogicalBlock(int i, long logicalBlock) {
    EE_BLOCK.set(bytes, at(i), logicalBlock);
  }

  /** Returns the length of extent {@code i} in blocks. */
  public int blockCount(int i) {
    int raw = EE_LEN.get(bytes, at(i));
    return raw <= MAX_WRITTEN_LENGTH ? raw : raw - MAX_WRITTEN_LENGTH;
  }

  /** Returns the logical block after extent {@code i}. */
  public long logicalEnd(int i) {
    return logicalBlock(i) + blockCount(i);
  }

  /** Returns whether extent {@code i} is unwritten, so that it reads as zeros. */
  public boolean isUnwritten(int i) {
    return EE_LEN.get(bytes, at(i)) > MAX_WRITTEN_LENGTH;
  }

  /** Returns the first physical block of extent {@code i}. */
  public long physicalBlock(int i) {
    return EE_START_LO.get(bytes, at(i)) | (long) EE_START_HI.get(bytes, at(i)) << 32;
  }

  /** Returns the physical block of the node that index entry {@code i} points to. */
  public long childBlock(int i) {
    return EI_LEAF_LO.get(bytes, at(i)) | (long) EI_LEAF_HI.get(bytes, at(i)) << 32;
  }

  /** Overwrites extent {@code i}. */
  public void setExtent(
      int i, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {
    if (blockCount < 1 || blockCount > (unwritten ? MAX_UNWRITTEN_LENGTH : MAX_WRITTEN_LENGTH)) {
      throw new ArithmeticException("no extent can have " + blockCount + " blocks");
    }
    EE_BLOCK.set(bytes, at(i), logicalBlock);
    EE_LEN.set(bytes, at(i), unwritten ? blockCount + MAX_WRITTEN_LENGTH : blockCount);
    EE_START_HI.set(bytes, at(i), (int) (physicalBlock >>> 32));
    EE_START_LO.set(bytes, at(i), physicalBlock & 0xFFFFFFFFL);
  }

  /**
   * Changes the first logical block of each extent at index {@code from} or later. Neighbouring
   * extents are not joined.
   *
   * @param distance the number that is added to each first logical block; negative to move extents
   *     down
   */
  public void moveExtents(int from, long distance) {
    int[] words = words(from);
    int wordCount = wordCount(from);
    for (int i = 0; i < wordCount; i += ENTRY_WORDS) {
      long moved = (words[i] & WORD) + distance;
      if (moved < 0 || moved > WORD) {
        throw new ArithmeticException("no extent can begin at block " + moved);
      }
      words[i] = (int) moved;
    }
    area(from, wordCount).put(words, 0, wordCount);
  }

  /**
   * Returns whether any of the extents {@code from} to {@code to}, exclusive, is written and short
   * enough to become unwritten.
   */
  public boolean hasConvertible(int from, int to) {
    for (int i = from; i < to; i++) {
      if (EE_LEN.get(bytes, at(i)) <= MAX_UNWRITTEN_LENGTH) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes the extents {@code from} to {@code to}, exclusive, unwritten. An extent stays written if
   * it is too long to be unwritten.
   */
  public void makeUnwritten(int from, int to) {
    for (int i = from; i < to; i++) {
      int raw = EE_LEN.get(bytes, at(i));
      if (raw <= MAX_UNWRITTEN_LENGTH) {
        EE_LEN.set(bytes, at(i), raw + MAX_WRITTEN_LENGTH);
      }
    }
  }

  /** Overwrites index entry {@code i}. */
  public void setIndex(int i, long logicalBlock, long childBlock) {
    EI_BLOCK.set(bytes, at(i), logicalBlock);
    EI_LEAF_LO.set(bytes, at(i), childBlock & 0xFFFFFFFFL);
    EI_LEAF_HI.set(bytes, at(i), (int) (childBlock >>> 32));
    EI_UNUSED.set(bytes, at(i), 0);
  }

  /** Makes room for one entry before entry {@code i}. The content of the new entry is undefined. */
  public void openSlot(int i) {
    assert entries() < capacity() && i <= entries();
    move(i, i + 1, entries() - i);
    EH_ENTRIES.set(bytes, entries() + 1);
  }

  /**
   * Removes entries {@code from} to {@code to}, exclusive, and overwrites the freed room with
   * zeros.
   */
  public void removeEntries(int from, int to) {
    int entries = entries();
    move(to, from, entries - to);
    EH_ENTRIES.set(bytes, entries - (to - from));
    for (int i = at(entries - (to - from)); i < at(entries); i++) {
      bytes.put(i, (byte) 0);
    }
  }

  /** Appends entries {@code from} to {@code to}, exclusive, of another node. */
  public void appendFrom(ExtentNode other, int from, int to) {
    int entries = entries();
    assert entries + (to - from) <= capacity();
    int length = (to - from) * ENTRY_SIZE;
    bytes.put(at(entries), other.bytes, at(from), length);
    EH_ENTRIES.set(bytes, entries + (to - from));
  }

  /** Copies the bytes of the node, including its unused room, to a buffer of the same size. */
  public void copyTo(ByteBuffer target) {
    target.put(0, bytes, 0, target.capacity());
  }

  /** Makes an empty node a leaf. */
  public void resetDepth() {
    assert entries() == 0;
    EH_DEPTH.set(bytes, 0);
  }

  /**
   * Sets the depth of a root that gets one more level. The caller replaces the entries of the root
   * by index entries.
   */
  public void setDepth(int depth) {
    EH_DEPTH.set(bytes, depth);
  }

  /**
   * Returns the index of the last entry that begins at or below a logical block, or -1 if all
   * entries begin after the block.
   */
  public int find(long logicalBlock) {
    int low = 0;
    int high = entries() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (logicalBlock(middle) <= logicalBlock) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Returns whether the checksum in the tail of the node matches. A root has no tail. */
  public boolean isChecksumValid(int inodeSeed) {
    int tail = at(capacity());
    return tail + TAIL_SIZE <= bytes.capacity() && bytes.getInt(tail) == checksum(inodeSeed, tail);
  }

  /** Updates the checksum in the tail of the node after changes. A root has no tail. */
  public void seal(int inodeSeed) {
    int tail = at(capacity());
    bytes.putInt(tail, checksum(inodeSeed, tail));
  }

  private int checksum(int inodeSeed, int tail) {
    return Crc32c.from(inodeSeed).add(bytes, 0, tail).value();
  }

  private void move(int from, int to, int count) {
    if (count > 0) {
      bytes.put(at(to), bytes, at(from), count * ENTRY_SIZE); // the ranges may overlap
    }
  }

  private static int at(int i) {
    return HEADER_SIZE + i * ENTRY_SIZE;
  }
}
