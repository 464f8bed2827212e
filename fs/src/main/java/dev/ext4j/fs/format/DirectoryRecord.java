package dev.ext4j.fs.format;

/**
 * The raw fields of {@code struct ext4_dir_entry_2} at a place in a block of a directory, for who
 * finds out what is wrong with them. Nothing is checked here: the caller knows that 8 bytes are
 * there.
 */
public final class DirectoryRecord {
  /** Size of a record without its name, in bytes. */
  public static final int HEADER_SIZE = 8;

  private static final int LONGEST = 65536;

  private DirectoryRecord() {}

  public static long inodeNumber(byte[] bytes, int at) {
    return LittleEndian.i32(bytes, at) & 0xFFFFFFFFL;
  }

  /** Length of the record in bytes; in blocks of 64 KiB the longest does not fit in 16 bits. */
  public static int recordLength(byte[] bytes, int at) {
    int raw = LittleEndian.u16(bytes, at + DirectoryBlock.REC_LEN.offset());
    if (bytes.length < LONGEST) {
      return raw;
    }
    return raw == 0xFFFF || raw == 0 ? LONGEST : (raw & 0xFFFC) | (raw & 3) << 16;
  }

  /** Length of the name, without the type. */
  public static int nameLength(byte[] bytes, int at) {
    return bytes[at + DirectoryBlock.NAME_LEN.offset()] & 0xFF;
  }

  /** The type's byte, whether it means a type or not. */
  public static int typeByte(byte[] bytes, int at) {
    return bytes[at + DirectoryBlock.FILE_TYPE.offset()] & 0xFF;
  }

  /** Bytes that a record with a name takes at least. */
  public static int size(int nameLength) {
    return DirectoryEntries.recordSize(nameLength);
  }
}
