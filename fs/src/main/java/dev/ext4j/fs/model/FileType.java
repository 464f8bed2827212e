package dev.ext4j.fs.model;

/** The kinds of file, with their codes in a directory entry ({@code file_type}) and in a mode. */
public enum FileType {
  UNKNOWN(0, 0, '?'),
  REGULAR(1, 0x8000, '-'),
  DIRECTORY(2, 0x4000, 'd'),
  CHARACTER_DEVICE(3, 0x2000, 'c'),
  BLOCK_DEVICE(4, 0x6000, 'b'),
  FIFO(5, 0x1000, 'p'),
  SOCKET(6, 0xC000, 's'),
  SYMBOLIC_LINK(7, 0xA000, 'l');

  private static final FileType[] ALL = values();

  private final int directoryCode;
  private final int modeBits;
  private final char letter;

  FileType(int directoryCode, int modeBits, char letter) {
    this.directoryCode = directoryCode;
    this.modeBits = modeBits;
    this.letter = letter;
  }

  /** Returns the code of the type in a directory entry. */
  public int directoryCode() {
    return directoryCode;
  }

  /** Returns the type bits of {@code i_mode}, which are those in the mask 0xF000. */
  public int modeBits() {
    return modeBits;
  }

  /** Returns the letter with which {@code ls -l} begins a line. */
  public char letter() {
    return letter;
  }

  /**
   * Returns the type in the type bits of a mode, or {@link #UNKNOWN} if these bits have no meaning.
   */
  public static FileType ofMode(int mode) {
    for (FileType type : ALL) {
      if (type.modeBits == (mode & 0xF000)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /**
   * Returns the type for a code in a directory entry, or {@link #UNKNOWN} if the code has no
   * meaning.
   */
  public static FileType ofDirectoryCode(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
  }
}
