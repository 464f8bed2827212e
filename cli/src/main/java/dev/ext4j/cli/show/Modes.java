package dev.ext4j.cli.show;

import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import java.util.Set;

/** Types, permissions and attributes in the letters of ls(1) and lsattr(1). */
public final class Modes {
  private static final String BITS = "rwxrwxrwx";
  private static final String ATTRIBUTES = "suSDiadAcEjItTehxFNPV";

  private Modes() {}

  /** Returns the type and the permissions, for example "-rw-r--r--". */
  public static String letters(FileType type, int mode) {
    char[] text = new char[10];
    text[0] = type.letter();
    for (int i = 0; i < 9; i++) {
      text[i + 1] = (mode & (0400 >> i)) != 0 ? BITS.charAt(i) : '-';
    }
    special(text, 3, (mode & 04000) != 0, 's', 'S');
    special(text, 6, (mode & 02000) != 0, 's', 'S');
    special(text, 9, (mode & 01000) != 0, 't', 'T');
    return new String(text);
  }

  /** Returns the permissions of one class of users, for example "r-x". */
  static String accessLetters(int permissions) {
    StringBuilder letters = new StringBuilder(3);
    for (int i = 0; i < 3; i++) {
      letters.append((permissions & 4 >> i) != 0 ? BITS.charAt(i) : '-');
    }
    return letters.toString();
  }

  private static void special(char[] text, int at, boolean set, char withX, char withoutX) {
    if (set) {
      text[at] = text[at] == 'x' ? withX : withoutX;
    }
  }

  /** Returns the attributes, for example "--------------e------". */
  public static String attributes(Set<FileFlag> flags) {
    char[] text = ATTRIBUTES.toCharArray();
    for (int i = 0; i < text.length; i++) {
      boolean set = false;
      for (FileFlag flag : flags) {
        set |= flag.letter() == text[i];
      }
      if (!set) {
        text[i] = '-';
      }
    }
    return new String(text);
  }

  /** Returns the word for a type in JSON documents. */
  static String word(FileType type) {
    return switch (type) {
      case REGULAR -> "file";
      case DIRECTORY -> "dir";
      case SYMBOLIC_LINK -> "link";
      case CHARACTER_DEVICE -> "chr";
      case BLOCK_DEVICE -> "blk";
      case FIFO -> "fifo";
      case SOCKET -> "sock";
      case UNKNOWN -> "unknown";
    };
  }

  /** Returns the words that stat(1) prints for a type. */
  public static String description(FileType type, long size) {
    return switch (type) {
      case REGULAR -> size == 0 ? "regular empty file" : "regular file";
      case DIRECTORY -> "directory";
      case SYMBOLIC_LINK -> "symbolic link";
      case CHARACTER_DEVICE -> "character special file";
      case BLOCK_DEVICE -> "block special file";
      case FIFO -> "fifo";
      case SOCKET -> "socket";
      case UNKNOWN -> "unknown type";
    };
  }
}
