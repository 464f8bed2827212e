package dev.ext4j.cli.text;

import dev.ext4j.fs.FileAddress;

/**
 * A parser of the address of a file inside an image: {@code /path}, {@code <12>}, {@code ino:12} or
 * 12.
 */
public final class FileArgument {
  private static final long LAST_INODE = 0xFFFFFFFFL;

  private FileArgument() {}

  /** Returns the address that {@code word} means. */
  public static FileAddress parse(String word) throws UsageException {
    if (word.startsWith("/")) {
      return FileAddress.path(RawText.encode(word));
    }
    if (word.startsWith("ino:")) {
      return inode(word, word.substring(4));
    }
    if (word.startsWith("<") && word.endsWith(">")) {
      return inode(word, word.substring(1, word.length() - 1));
    }
    if (!word.isEmpty() && word.charAt(0) >= '0' && word.charAt(0) <= '9') {
      return inode(word, word);
    }
    throw new UsageException(
        "'" + word + "' is not a file in an image: want /path, <12>, ino:12 or an inode number");
  }

  private static FileAddress inode(String word, String digits) throws UsageException {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        throw new UsageException(
            "'" + word + "' is not an inode number; a path in an image starts with /");
      }
      number = number * 10 + (c - '0');
      if (number > LAST_INODE) {
        throw new UsageException("'" + word + "': no inode has a number above " + LAST_INODE);
      }
    }
    if (number == 0) {
      throw new UsageException("'" + word + "' is not an inode number: they start at 1");
    }
    return FileAddress.inode(number);
  }
}
