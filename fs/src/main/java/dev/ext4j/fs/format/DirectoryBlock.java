package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A cursor over the entries ({@code struct ext4_dir_entry_2}) of one block of a directory, or over
 * the entries inside an inode with inline_data. The format hides the content of an index block of
 * the hash tree in the unused space of records, so the cursor skips it.
 */
public final class DirectoryBlock {
  static final Field.U32 INODE = new Field.U32("inode", 0x0);
  static final Field.U16 REC_LEN = new Field.U16("rec_len", 0x4);
  static final Field.U8 NAME_LEN = new Field.U8("name_len", 0x6);
  static final Field.U8 FILE_TYPE = new Field.U8("file_type", 0x7);
  static final Field.Layout LAYOUT =
      new Field.Layout("ext4_dir_entry_2", 8, List.of(INODE, REC_LEN, NAME_LEN, FILE_TYPE));

  private static final int HEADER_SIZE = 8;
  private static final int TAIL_SIZE = 12; // struct ext4_dir_entry_tail
  private static final int TAIL_TYPE = 0xDE;
  private static final int LONGEST_RECORD = 65536;
  private static final int HASH_ENTRY_SIZE = 8; // struct dx_entry
  private static final int HASH_TAIL_SIZE = 8; // struct dx_tail

  private final ByteBuffer bytes;
  private final boolean typed;
  private final String where;
  private int position = -1;
  private int next;
  private int recordLength;

  /**
   * Creates a cursor before the first entry.
   *
   * @param typed whether entries contain a type, as they do with the feature filetype
   * @param where the name of the block in messages
   */
  public DirectoryBlock(ByteBuffer bytes, boolean typed, String where) {
    this.bytes = bytes;
    this.typed = typed;
    this.where = where;
  }

  /**
   * Moves to the next entry that is in use.
   *
   * @return false if the end of the block is reached
   * @throws CorruptionException with DIRECTORY, if the length of a record or of a name is
   *     impossible
   */
  public boolean next() throws CorruptionException {
    while (nextRecord()) {
      if (inodeNumber() != 0) {
        return true;
      }
    }
    return false;
  }

  /** Same as {@link #next}, but also stops at unused records. */
  boolean nextRecord() throws CorruptionException {
    if (next >= bytes.capacity()) {
      return false;
    }
    if (bytes.capacity() - next < HEADER_SIZE) {
      throw corrupt("a record of " + (bytes.capacity() - next) + " bytes");
    }
    position = next;
    recordLength = recordLengthAt(bytes, position);
    if (recordLength < HEADER_SIZE
        || recordLength % 4 != 0
        || recordLength > bytes.capacity() - position
        || (HEADER_SIZE + nameLength() > recordLength && inodeNumber() != 0)) {
      throw corrupt("a record of " + recordLength + " bytes");
    }
    next = position + recordLength;
    if (inodeNumber() != 0 && nameLength() == 0) {
      throw corrupt("an entry without a name");
    }
    return true;
  }

  /** Returns the position of the record in the block, in bytes. */
  public int position() {
    return position;
  }

  /** Returns the length of the record in bytes. */
  public int recordLength() {
    return recordLength;
  }

  /** Returns the number of the inode that the entry refers to. */
  public long inodeNumber() {
    return INODE.get(bytes, position);
  }

  /** Returns the code of the entry's type, or 0 if the type is unknown. */
  public int typeCode() {
    return typed ? bytes.get(position + FILE_TYPE.offset()) & 0x7F : 0;
  }

  /** Returns the bytes of the name. */
  public byte[] name() {
    byte[] name = new byte[nameLength()];
    bytes.get(position + HEADER_SIZE, name);
    return name;
  }

  /** Returns whether the entry has a given name. */
  public boolean isNamed(byte[] name) {
    if (nameLength() != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes.get(position + HEADER_SIZE + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  int nameLength() {
    return nameLengthAt(bytes, position, typed);
  }

  static int nameLengthAt(ByteBuffer bytes, int at, boolean typed) {
    int low = bytes.get(at + NAME_LEN.offset()) & 0xFF;
    // Without filetype, the byte of the type is the upper byte of the name's length.
    return typed ? low : low | (bytes.get(at + FILE_TYPE.offset()) & 0xFF) << 8;
  }

  static int recordLengthAt(ByteBuffer bytes, int at) {
    int raw = REC_LEN.get(bytes, at);
    // In blocks of 64 KiB the length of the longest record does not fit in 16 bits.
    if (bytes.capacity() >= LONGEST_RECORD) {
      return raw == 0xFFFF || raw == 0 ? LONGEST_RECORD : (raw & 0xFFFC) | (raw & 3) << 16;
    }
    return raw;
  }

  static void setRecordLength(ByteBuffer bytes, int at, int recordLength) {
    REC_LEN.set(bytes, at, recordLength == LONGEST_RECORD ? 0xFFFF : recordLength);
  }

  CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.DIRECTORY, where + ": " + what + " at byte " + position);
  }

  /** The result of a comparison of the stored checksum of a block with the computed one. */
  public enum ChecksumVerdict {
    MATCHES,
    DIFFERS,
    /**
     * The block has no room for a checksum. It was written before checksums were switched on, or it
     * is damaged.
     */
    MISSING
  }

  /**
   * Compares the checksum of a directory block. A leaf block stores its checksum in its tail. An
   * index block of the hash tree stores it after the room for its entries ({@code struct dx_tail}).
   *
   * @param inodeSeed {@link InodeView#checksumSeed} of the directory
   */
  public static ChecksumVerdict checkChecksum(ByteBuffer block, int inodeSeed) {
    // The test for an index block comes first, because the end of an index block whose last entry
    // is unused looks like the tail of a leaf block.
    int countOffset = hashTreeCountOffset(block);
    return countOffset >= 0
        ? checkHashTree(block, countOffset, inodeSeed)
        : checkLeaf(block, inodeSeed);
  }

  private static ChecksumVerdict checkHashTree(ByteBuffer block, int countOffset, int inodeSeed) {
    int limit = block.getShort(countOffset) & 0xFFFF;
    int count = block.getShort(countOffset + 2) & 0xFFFF;
    int tail = countOffset + limit * HASH_ENTRY_SIZE;
    if (count > limit || tail + HASH_TAIL_SIZE > block.capacity()) {
      return ChecksumVerdict.MISSING;
    }
    return verdict(block.getInt(tail + 4) == hashTreeChecksum(block, countOffset, inodeSeed));
  }

  /**
   * Computes the checksum of an index block.
   *
   * @param countOffset the offset of {@code struct dx_countlimit}; the caller has checked its
   *     values
   */
  static int hashTreeChecksum(ByteBuffer block, int countOffset, int inodeSeed) {
    int limit = block.getShort(countOffset) & 0xFFFF;
    int count = block.getShort(countOffset + 2) & 0xFFFF;
    int tail = countOffset + limit * HASH_ENTRY_SIZE;
    return Crc32c.from(inodeSeed)
        .add(block, 0, countOffset + count * HASH_ENTRY_SIZE)
        .add(block, tail, tail + 4)
        .addZeros(4)
        .value();
  }

  private static ChecksumVerdict checkLeaf(ByteBuffer block, int inodeSeed) {
    int tail = block.capacity() - TAIL_SIZE;
    if (block.getInt(tail) != 0
        || REC_LEN.get(block, tail) != TAIL_SIZE
        || block.get(tail + NAME_LEN.offset()) != 0
        || (block.get(tail + FILE_TYPE.offset()) & 0xFF) != TAIL_TYPE) {
      return ChecksumVerdict.MISSING;
    }
    return verdict(block.getInt(tail + HEADER_SIZE) == leafChecksum(block, inodeSeed));
  }

  private static int leafChecksum(ByteBuffer block, int inodeSeed) {
    return Crc32c.from(inodeSeed).add(block, 0, block.capacity() - TAIL_SIZE).value();
  }

  /**
   * Returns the number of bytes of a leaf block that entries can use. With checksums this is the
   * block without its tail.
   */
  public static int entriesSize(int blockSize, boolean checksums) {
    return checksums ? blockSize - TAIL_SIZE : blockSize;
  }

  /** Writes the tail of a leaf block, with the checksum of the bytes before the tail. */
  public static void sealLeaf(ByteBuffer block, int inodeSeed) {
    int tail = block.capacity() - TAIL_SIZE;
    INODE.set(block, tail, 0);
    REC_LEN.set(block, tail, TAIL_SIZE);
    block.put(tail + NAME_LEN.offset(), (byte) 0);
    block.put(tail + FILE_TYPE.offset(), (byte) TAIL_TYPE);
    block.putInt(tail + HEADER_SIZE, leafChecksum(block, inodeSeed));
  }

  /** Returns whether a block looks like an index block of the hash tree. */
  public static boolean isHashTreeBlock(ByteBuffer block) {
    return hashTreeCountOffset(block) >= 0;
  }

  /**
   * Returns the offset of {@code struct dx_countlimit} in an index block, or -1 for any other
   * block.
   */
  private static int hashTreeCountOffset(ByteBuffer block) {
    int first = REC_LEN.get(block, 0);
    int size = block.capacity();
    if (first == (size == LONGEST_RECORD ? 0xFFFF : size)
        || (size == LONGEST_RECORD && first == 0)) {
      return INODE.get(block, 0) == 0 ? 8 : -1;
    }
    if (first == 12) {
      int second = REC_LEN.get(block, 12);
      boolean root = second == (size == LONGEST_RECORD ? 0xFFF4 : size - 12);
      boolean infoLength = block.getInt(24) == 0 && block.get(29) == 8;
      return root && infoLength ? 32 : -1;
    }
    return -1;
  }

  private static ChecksumVerdict verdict(boolean matches) {
    return matches ? ChecksumVerdict.MATCHES : ChecksumVerdict.DIFFERS;
  }
}
