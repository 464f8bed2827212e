package dev.ext4j.fs.format;

import java.nio.ByteBuffer;

/**
 * The raw fields of {@code struct ext4_dir_entry_2} at a place in little-endian bytes, for who
 * finds out what is wrong with them. Nothing is checked here: the caller knows that 8 bytes are
 * there.
 */
public final class DirectoryRecord {
  /** Size of a record without its name, in bytes. */
  public static final int HEADER_SIZE = 8;

  /** Size of the tail that holds a block's checksum, in bytes. */
  public static final int TAIL_SIZE = 12;

  private DirectoryRecord() {}

  public static long inodeNumber(ByteBuffer bytes, int at) {
    return DirectoryBlock.INODE.get(bytes, at);
  }

  /** Length of the record in bytes; depends on the size of the block, which the bytes are. */
  public static int recordLength(ByteBuffer bytes, int at) {
    return DirectoryBlock.recordLengthAt(bytes, at);
  }

  /** Length of the name, without the type. */
  public static int nameLength(ByteBuffer bytes, int at) {
    return bytes.get(at + DirectoryBlock.NAME_LEN.offset()) & 0xFF;
  }

  /** The type's byte, whether it means a type or not. */
  public static int typeByte(ByteBuffer bytes, int at) {
    return bytes.get(at + DirectoryBlock.FILE_TYPE.offset()) & 0xFF;
  }

  /** Bytes that a record with a name takes at least. */
  public static int size(int nameLength) {
    return DirectoryEntries.recordSize(nameLength);
  }
}
