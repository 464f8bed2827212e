package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A view of an index block of a directory's hash tree: {@code struct dx_root} in the directory's
 * first block, {@code struct dx_node} elsewhere. Its entries are sorted by hash. Each holds the
 * lowest hash below it and a logical block. The first entry has no hash. It holds the limit and the
 * count instead, and all hashes lower than that of the second entry belong to it. If the lowest bit
 * of a hash is set, names with the same hash are also in the previous block.
 */
public final class HashTreeNode {
  static final Field.U32 RESERVED_ZERO = new Field.U32("reserved_zero", 0x0);
  static final Field.U8 HASH_VERSION = new Field.U8("hash_version", 0x4);
  static final Field.U8 INFO_LENGTH = new Field.U8("info_length", 0x5);
  static final Field.U8 INDIRECT_LEVELS = new Field.U8("indirect_levels", 0x6);
  static final Field.U8 UNUSED_FLAGS = new Field.U8("unused_flags", 0x7);
  static final Field.Layout INFO_LAYOUT =
      new Field.Layout(
          "dx_root_info",
          8,
          List.of(RESERVED_ZERO, HASH_VERSION, INFO_LENGTH, INDIRECT_LEVELS, UNUSED_FLAGS));

  static final Field.U16 LIMIT = new Field.U16("limit", 0x0);
  static final Field.U16 COUNT = new Field.U16("count", 0x2);
  static final Field.Layout COUNT_LAYOUT =
      new Field.Layout("dx_countlimit", 4, List.of(LIMIT, COUNT));

  static final Field.U32 HASH = new Field.U32("hash", 0x0);
  static final Field.U32 BLOCK = new Field.U32("block", 0x4);
  static final Field.Layout ENTRY_LAYOUT = new Field.Layout("dx_entry", 8, List.of(HASH, BLOCK));

  /**
   * The limit of logical blocks that an entry can point to. The upper four bits of the field are
   * reserved.
   */
  public static final long MAX_BLOCKS = 1L << 28;

  private static final int INFO_OFFSET = 24; // after the records of . and ..
  private static final int INFO_SIZE = 8;
  private static final int ROOT_ENTRIES = INFO_OFFSET + INFO_SIZE;
  private static final int NODE_ENTRIES = 8; // after one unused record as long as the block
  private static final int ENTRY_SIZE = 8;
  private static final int TAIL_SIZE = 8; // struct dx_tail
  private static final int UNKNOWN_HASH_FLAG = 1;

  private final ByteBuffer bytes;
  private final int entries;

  private HashTreeNode(ByteBuffer bytes, int entries) {
    this.bytes = bytes;
    this.entries = entries;
  }

  /**
   * Returns a view of the root.
   *
   * @param checksums whether there is room for a checksum after the entries
   * @throws CorruptionException with DIRECTORY, if the block contradicts the format
   */
  public static HashTreeNode root(ByteBuffer block, boolean checksums, String where)
      throws CorruptionException {
    ByteBuffer info = block.slice(INFO_OFFSET, INFO_SIZE).order(block.order());
    if (INFO_LENGTH.get(info) != INFO_SIZE
        || (UNUSED_FLAGS.get(info) & UNKNOWN_HASH_FLAG) != 0
        || DirectoryBlock.recordLengthAt(block, 0) != DirectoryEntries.recordSize(1)
        || DirectoryBlock.recordLengthAt(block, DirectoryEntries.recordSize(1))
            != block.capacity() - DirectoryEntries.recordSize(1)) {
      throw new CorruptionException(Kind.DIRECTORY, where + ": not the root of a hash tree");
    }
    return new HashTreeNode(block, ROOT_ENTRIES).checked(checksums, where);
  }

  /**
   * Same as {@link #root}, but for an index block that is not the root.
   *
   * @throws CorruptionException with DIRECTORY, if the block contradicts the format
   */
  public static HashTreeNode node(ByteBuffer block, boolean checksums, String where)
      throws CorruptionException {
    if (DirectoryBlock.INODE.get(block, 0) != 0
        || DirectoryBlock.recordLengthAt(block, 0) != block.capacity()) {
      throw new CorruptionException(Kind.DIRECTORY, where + ": not an index block");
    }
    return new HashTreeNode(block, NODE_ENTRIES).checked(checksums, where);
  }

  /**
   * Returns a view of any block as the root, without checks, for code that looks for errors in it.
   */
  public static HashTreeNode uncheckedRoot(ByteBuffer block) {
    return new HashTreeNode(block, ROOT_ENTRIES);
  }

  /** Returns a view of any block as an index block that is not the root, without checks. */
  public static HashTreeNode uncheckedNode(ByteBuffer block) {
    return new HashTreeNode(block, NODE_ENTRIES);
  }

  /** Returns whether the fields of a root other than its entries are possible. */
  public boolean isInfoValid() {
    ByteBuffer info = bytes.slice(INFO_OFFSET, INFO_SIZE).order(bytes.order());
    return RESERVED_ZERO.get(info) == 0
        && INFO_LENGTH.get(info) == INFO_SIZE
        && (UNUSED_FLAGS.get(info) & UNKNOWN_HASH_FLAG) == 0;
  }

  /** Returns whether the number of entries and the limit are possible. */
  public boolean isCountValid(boolean checksums) {
    return limit() == capacity(checksums) && count() >= 1 && count() <= limit();
  }

  /** Returns whether the checksum after the entries matches. Count and limit must be possible. */
  public boolean isChecksumValid(int inodeSeed) {
    return bytes.getInt(at(limit()) + 4)
        == DirectoryBlock.hashTreeChecksum(bytes, entries, inodeSeed);
  }

  private HashTreeNode checked(boolean checksums, String where) throws CorruptionException {
    if (limit() != capacity(checksums) || count() < 1 || count() > limit()) {
      throw new CorruptionException(
          Kind.DIRECTORY, where + ": " + count() + " entries of " + limit());
    }
    return this;
  }

  private int capacity(boolean checksums) {
    return (bytes.capacity() - entries - (checksums ? TAIL_SIZE : 0)) / ENTRY_SIZE;
  }

  /**
   * Makes a directory's first block the root of a tree with a single leaf. The records for the
   * directory itself and its parent stay.
   */
  public static HashTreeNode createRoot(
      ByteBuffer block, DirectoryHash.Version version, long leaf, boolean checksums) {
    for (int i = INFO_OFFSET; i < block.capacity(); i++) {
      block.put(i, (byte) 0);
    }
    int parent = DirectoryEntries.recordSize(1);
    DirectoryBlock.setRecordLength(block, parent, block.capacity() - parent);
    ByteBuffer info = block.slice(INFO_OFFSET, INFO_SIZE).order(block.order());
    HASH_VERSION.set(info, version.code());
    INFO_LENGTH.set(info, INFO_SIZE);
    HashTreeNode root = new HashTreeNode(block, ROOT_ENTRIES);
    LIMIT.set(block, ROOT_ENTRIES, root.capacity(checksums));
    root.setOnlyChild(leaf);
    return root;
  }

  /**
   * Makes an index block of a block of zeros, with the entries of another index block, starting at
   * the entry {@code from}.
   */
  public static HashTreeNode createNode(
      ByteBuffer block, HashTreeNode source, int from, boolean checksums) {
    DirectoryBlock.setRecordLength(block, 0, block.capacity());
    HashTreeNode node = new HashTreeNode(block, NODE_ENTRIES);
    int count = source.count() - from;
    block.put(NODE_ENTRIES, source.bytes, source.at(from), count * ENTRY_SIZE);
    LIMIT.set(block, NODE_ENTRIES, node.capacity(checksums));
    COUNT.set(block, NODE_ENTRIES, count);
    return node;
  }

  /** Returns the code of the hash function in the fields of a root. */
  public int hashVersion() {
    return bytes.get(INFO_OFFSET + HASH_VERSION.offset()) & 0xFF;
  }

  /** Returns the number of levels of index blocks below a root. */
  public int indirectLevels() {
    return bytes.get(INFO_OFFSET + INDIRECT_LEVELS.offset()) & 0xFF;
  }

  /**
   * Gives a root one more level, with a single child, to which the caller has copied all its
   * entries.
   */
  public void addLevel(long child) {
    bytes.put(INFO_OFFSET + INDIRECT_LEVELS.offset(), (byte) (indirectLevels() + 1));
    setOnlyChild(child);
  }

  private void setOnlyChild(long child) {
    COUNT.set(bytes, entries, 1);
    BLOCK.set(bytes, entries, child);
  }

  /** Returns the number of entries in use. */
  public int count() {
    return COUNT.get(bytes, entries);
  }

  private int limit() {
    return LIMIT.get(bytes, entries);
  }

  /** Returns whether there is no room for one more entry. */
  public boolean isFull() {
    return count() == limit();
  }

  /**
   * Returns the lowest hash below an entry. Its lowest bit marks a continuation of the previous
   * block.
   */
  public long hash(int i) {
    return i == 0 ? 0 : HASH.get(bytes, at(i));
  }

  /** Returns the logical block that an entry points to. */
  public long child(int i) {
    return BLOCK.get(bytes, at(i)) & (MAX_BLOCKS - 1);
  }

  /** Returns the position of the last entry whose hash is not above a hash. */
  public int find(long hash) {
    int low = 0;
    int high = count();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (hash(middle) <= hash) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Inserts an entry at a position after the first, in a node that is not full. */
  public void insert(int i, long hash, long child) {
    int count = count();
    bytes.put(at(i + 1), bytes.slice(at(i), (count - i) * ENTRY_SIZE), 0, (count - i) * ENTRY_SIZE);
    HASH.set(bytes, at(i), hash);
    BLOCK.set(bytes, at(i), child);
    COUNT.set(bytes, entries, count + 1);
  }

  /** Drops the entries at index {@code newCount} and later. */
  public void truncate(int newCount) {
    COUNT.set(bytes, entries, newCount);
  }

  /** Updates the checksum, which is stored after the entries. */
  public void seal(int inodeSeed) {
    int tail = at(limit());
    bytes.putInt(tail + 4, DirectoryBlock.hashTreeChecksum(bytes, entries, inodeSeed));
  }

  private int at(int i) {
    return entries + i * ENTRY_SIZE;
  }
}
