package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.DirectoryRecord;

/**
 * Names of directories that do not tell upper case from lower case, as these are compared and
 * hashed: in lower case, for names in ASCII. What Unicode says of other names takes tables that are
 * not built yet; they are taken as they are. One for each thread.
 */
final class FoldedNames {
  private static final int UPPER_TO_LOWER = 'a' - 'A';

  private final byte[] copy;

  FoldedNames(int blockSize) {
    this.copy = new byte[blockSize];
  }

  /** Whether the name of a record is in ASCII. */
  static boolean isAscii(byte[] block, int at) {
    int start = at + DirectoryRecord.HEADER_SIZE;
    int end = start + DirectoryRecord.nameLength(block, at);
    for (int i = start; i < end; i++) {
      if (block[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** An array that has the record at the same place, and others that were asked for before. */
  byte[] of(byte[] block, int at) {
    int start = at + DirectoryRecord.HEADER_SIZE;
    int length = DirectoryRecord.nameLength(block, at);
    System.arraycopy(block, at, copy, at, DirectoryRecord.HEADER_SIZE + length);
    if (isAscii(block, at)) {
      for (int i = start; i < start + length; i++) {
        if (copy[i] >= 'A' && copy[i] <= 'Z') {
          copy[i] = (byte) (copy[i] + UPPER_TO_LOWER);
        }
      }
    }
    return copy;
  }
}
