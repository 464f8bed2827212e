package dev.ext4j.fs;

/** The kinds of file, with the codes of a directory entry ({@code file_type}) and of a mode. */
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

  /** The code of a directory entry. */
  public int directoryCode() {
    return directoryCode;
  }

  /** The bits of {@code i_mode} under mask 0xF000. */
  public int modeBits() {
    return modeBits;
  }

  /** The letter that {@code ls -l} begins a line with. */
  public char letter() {
    return letter;
  }

  /** The type of a mode, {@link #UNKNOWN} if its type bits mean nothing. */
  public static FileType ofMode(int mode) {
    for (FileType type : ALL) {
      if (type.modeBits == (mode & 0xF000)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /** The type of a directory entry's code, {@link #UNKNOWN} if the code means nothing. */
  public static FileType ofDirectoryCode(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
  }
}
