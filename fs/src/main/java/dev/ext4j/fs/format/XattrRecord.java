package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.XattrEntries.*;

import java.nio.ByteBuffer;

/**
 * The raw fields of {@code struct ext4_xattr_entry} at a position in little-endian bytes, for code
 * that looks for errors in them. Nothing is checked here. The caller makes sure that the buffer has
 * 16 bytes at the position.
 */
public final class XattrRecord {
  /** The size of an entry without its name, in bytes. */
  public static final int SIZE = 16;

  /** The size of the header of an attribute block, in bytes. */
  public static final int BLOCK_HEADER_SIZE = 32;

  private static final int NAME_SHIFT = 5;
  private static final int VALUE_SHIFT = 16;

  private XattrRecord() {}

  public static int nameLength(ByteBuffer bytes, int at) {
    return bytes.get(at + E_NAME_LEN.offset()) & 0xFF;
  }

  public static int nameIndex(ByteBuffer bytes, int at) {
    return bytes.get(at + E_NAME_INDEX.offset()) & 0xFF;
  }

  public static int valueOffset(ByteBuffer bytes, int at) {
    return E_VALUE_OFFS.get(bytes, at);
  }

  public static long valueInode(ByteBuffer bytes, int at) {
    return E_VALUE_INUM.get(bytes, at);
  }

  public static long valueSize(ByteBuffer bytes, int at) {
    return E_VALUE_SIZE.get(bytes, at);
  }

  public static int hash(ByteBuffer bytes, int at) {
    return (int) E_HASH.get(bytes, at);
  }

  /** Returns the number of bytes that an entry takes with a name of the given length. */
  public static int entrySize(int nameLength) {
    return SIZE + nameLength + 3 & ~3;
  }

  /** Returns whether an entry has a given name. */
  public static boolean isNamed(ByteBuffer bytes, int at, int nameIndex, String name) {
    if (nameIndex(bytes, at) != nameIndex || nameLength(bytes, at) != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if ((bytes.get(at + SIZE + i) & 0xFF) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the hash of an entry's name. The caller adds the words of the value with {@link
   * #addToHash}.
   *
   * @param signed whether the bytes of the name are signed, as they were until 2023 in kernels for
   *     machines with signed characters
   */
  public static int nameHash(ByteBuffer bytes, int at, boolean signed) {
    int hash = 0;
    int length = nameLength(bytes, at);
    for (int i = 0; i < length; i++) {
      byte b = bytes.get(at + SIZE + i);
      hash = Integer.rotateLeft(hash, NAME_SHIFT) ^ (signed ? b : b & 0xFF);
    }
    return hash;
  }

  /** Adds a word of a value to a hash. */
  public static int addToHash(int hash, int word) {
    return Integer.rotateLeft(hash, VALUE_SHIFT) ^ word;
  }

  /** Returns whether the bytes begin with the magic number of extended attributes. */
  public static boolean hasMagic(ByteBuffer bytes) {
    return bytes.getInt(0) == (int) XattrBlock.MAGIC;
  }

  /** Returns {@code h_blocks} of an attribute block. */
  public static long blocks(ByteBuffer block) {
    return XattrBlock.H_BLOCKS.get(block);
  }

  /** Returns {@code h_refcount} of an attribute block. */
  public static long references(ByteBuffer block) {
    return XattrBlock.H_REFCOUNT.get(block);
  }

  /**
   * Returns whether {@code h_hash} of an attribute block matches its entries. Linux uses this hash
   * to find blocks that inodes can share. A stored 0 is valid as well, because e2fsprogs writes 0
   * to prevent other inodes from sharing the block. The caller has checked the entries.
   */
  public static boolean isBlockHashRight(ByteBuffer block) {
    int hash = 0;
    for (int at = BLOCK_HEADER_SIZE;
        at + Integer.BYTES <= block.capacity() && block.getInt(at) != 0;
        at += entrySize(nameLength(block, at))) {
      if (hash(block, at) == 0) {
        hash = 0;
        break;
      }
      hash = addToHash(hash, hash(block, at));
    }
    int stored = (int) XattrBlock.H_HASH.get(block);
    return stored == 0 || stored == hash;
  }

  /**
   * Returns whether the checksum of an attribute block matches. Returns true if the file system has
   * no such checksums.
   */
  public static boolean isChecksumValid(ByteBuffer block, Geometry geometry, long blockNumber) {
    int field = XattrBlock.H_CHECKSUM.offset();
    return !geometry.hasMetadataChecksums()
        || (int) XattrBlock.H_CHECKSUM.get(block)
            == Crc32c.from(geometry.checksumSeed())
                .addLong(blockNumber)
                .add(block, 0, field)
                .addZeros(Integer.BYTES)
                .add(block, field + Integer.BYTES, geometry.blockSize())
                .value();
  }
}
