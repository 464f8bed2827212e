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

  /** Returns the code in a directory entry. */
  public int directoryCode() {
    return directoryCode;
  }

  /** Returns the bits of {@code i_mode} under mask 0xF000. */
  public int modeBits() {
    return modeBits;
  }

  /** Returns the letter with which {@code ls -l} begins a line. */
  public char letter() {
    return letter;
  }

  /** Returns the type of a mode, {@link #UNKNOWN} if its type bits have no meaning. */
  public static FileType ofMode(int mode) {
    for (FileType type : ALL) {
      if (type.modeBits == (mode & 0xF000)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /**
   * Returns the type of a code in a directory entry, {@link #UNKNOWN} if the code has no meaning.
   */
  public static FileType ofDirectoryCode(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
  }
}
