package dev.ext4j.fs.format;

/**
 * The raw fields of {@code struct ext4_dir_entry_2} at a position in a block of a directory, for
 * code that looks for errors in them. Nothing is checked here. The caller makes sure that the block
 * has 8 bytes at the position.
 */
public final class DirectoryRecord {
  /** The size of a record without its name, in bytes. */
  public static final int HEADER_SIZE = 8;

  private static final int LONGEST = 65536;

  private DirectoryRecord() {}

  public static long inodeNumber(byte[] bytes, int at) {
    return LittleEndian.i32(bytes, at) & 0xFFFFFFFFL;
  }

  /**
   * Returns the length of the record in bytes. In blocks of 64 KiB the length of the longest record
   * does not fit in 16 bits.
   */
  public static int recordLength(byte[] bytes, int at) {
    int raw = LittleEndian.u16(bytes, at + DirectoryBlock.REC_LEN.offset());
    if (bytes.length < LONGEST) {
      return raw;
    }
    return raw == 0xFFFF || raw == 0 ? LONGEST : (raw & 0xFFFC) | (raw & 3) << 16;
  }

  /** Returns the lower byte of the name's length. With filetype, this is the whole length. */
  public static int nameLength(byte[] bytes, int at) {
    return bytes[at + DirectoryBlock.NAME_LEN.offset()] & 0xFF;
  }

  /** Returns the byte of the type. Without filetype, it is the upper byte of the name's length. */
  public static int typeByte(byte[] bytes, int at) {
    return bytes[at + DirectoryBlock.FILE_TYPE.offset()] & 0xFF;
  }

  /** Returns the smallest number of bytes that a record needs for a name of the given length. */
  public static int size(int nameLength) {
    return DirectoryEntries.recordSize(nameLength);
  }
}
