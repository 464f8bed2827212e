package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A view of an index block of a directory's hash tree. The directory's first block is a {@code
 * struct dx_root}, and the other index blocks are {@code struct dx_node}. The entries are sorted by
 * hash. Each entry holds a logical block and the lowest hash of the names in or below that block.
 * The first entry has no hash. In its place it holds the limit and the count of entries, and it
 * covers all hashes below that of the second entry. If the lowest bit of a hash is set, names with
 * the same hash are also in the block of the previous entry.
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
   * The number of logical blocks that an entry can point to. The upper four bits of the field are
   * reserved.
   */
  public static final long MAX_BLOCKS = 1L << 28;

  private static final int INFO_OFFSET = 24; // after the records for . and ..
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
   * Returns a view of the root after checking it.
   *
   * @param checksums whether there is room for a checksum after the entries
   * @throws CorruptionException with DIRECTORY, if the block is not a valid root
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
   * @throws CorruptionException with DIRECTORY, if the block is not a valid index block
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

  /**
   * Returns whether {@code reserved_zero}, {@code info_length} and {@code unused_flags} of a root
   * have possible values.
   */
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

  /**
   * Returns whether the checksum after the entries matches. The caller has checked the count and
   * the limit.
   */
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
   * Makes a directory's first block the root of a tree with a single leaf. The records for {@code
   * .} and {@code ..} stay.
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
   * Makes a block of zeros an index block that is not the root. Copies the entries of another index
   * block into it, starting at entry {@code from}.
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

  /** Returns {@code hash_version} of a root: the code of the hash function. */
  public int hashVersion() {
    return bytes.get(INFO_OFFSET + HASH_VERSION.offset()) & 0xFF;
  }

  /** Returns {@code indirect_levels} of a root: the number of levels of index blocks below it. */
  public int indirectLevels() {
    return bytes.get(INFO_OFFSET + INDIRECT_LEVELS.offset()) & 0xFF;
  }

  /**
   * Adds one level below a root. Afterwards the root has a single entry for {@code child}. The
   * caller has copied all entries of the root to this child.
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

  /** Returns the number of entries that fit. */
  public int limit() {
    return LIMIT.get(bytes, entries);
  }

  /** Returns whether there is no room for one more entry. */
  public boolean isFull() {
    return count() == limit();
  }

  /**
   * Returns the lowest hash of the names in or below the block of an entry, or 0 for the first
   * entry. If its lowest bit is set, names with this hash are also in the block of the previous
   * entry.
   */
  public long hash(int i) {
    return i == 0 ? 0 : HASH.get(bytes, at(i));
  }

  /** Returns the logical block that an entry points to. */
  public long child(int i) {
    return BLOCK.get(bytes, at(i)) & (MAX_BLOCKS - 1);
  }

  /** Returns the index of the last entry whose hash is less than or equal to a hash. */
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

  /** Inserts an entry at index {@code i}, which is at least 1. The node must not be full. */
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
