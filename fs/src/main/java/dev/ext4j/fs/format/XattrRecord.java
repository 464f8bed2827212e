package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.XattrEntries.*;

import java.nio.ByteBuffer;

/**
 * The raw fields of {@code struct ext4_xattr_entry} at a place in little-endian bytes, for who
 * finds out what is wrong with them. Nothing is checked here: the caller knows that 16 bytes are
 * there.
 */
public final class XattrRecord {
  /** Size of an entry without its name, in bytes. */
  public static final int SIZE = 16;

  /** Size of the header of a block of attributes, in bytes. */
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

  /** Bytes that an entry takes. */
  public static int entrySize(int nameLength) {
    return SIZE + nameLength + 3 & ~3;
  }

  /** Whether the bytes are the name of an entry. */
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
   * The hash of an entry's name, to which that of its value is added.
   *
   * @param signed as kernels on machines with signed characters computed it until 2023
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

  /** Whether bytes begin with the magic number of attributes. */
  public static boolean hasMagic(ByteBuffer bytes) {
    return bytes.getInt(0) == (int) XattrBlock.MAGIC;
  }

  /** {@code h_blocks} of a block of attributes. */
  public static long blocks(ByteBuffer block) {
    return XattrBlock.H_BLOCKS.get(block);
  }

  /** {@code h_refcount} of a block of attributes. */
  public static long references(ByteBuffer block) {
    return XattrBlock.H_REFCOUNT.get(block);
  }

  /**
   * Whether {@code h_hash} of a block of attributes, by which Linux finds blocks that inodes can
   * share, is that of its entries. It is 0 where no other inode may come to share the block, as
   * e2fsprogs makes it. The entries are sound.
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

  /** Whether the checksum of a block of attributes matches, or there is none. */
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
