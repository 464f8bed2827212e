package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.DirectoryRecord;

/**
 * Folds the names of case-insensitive directories into the form that is compared and hashed. Names
 * in ASCII are converted to lower case. Other names stay unchanged, and their hashes are not
 * checked (docs/FSCK.md, "Not built yet"). Each thread needs its own instance.
 */
public final class FoldedNames {
  private static final int UPPER_TO_LOWER = 'a' - 'A';

  private final byte[] copy;

  /**
   * Creates an instance with a buffer of one block.
   *
   * @param blockSize the size in bytes of the largest block that is passed to {@link #of}
   */
  public FoldedNames(int blockSize) {
    this.copy = new byte[blockSize];
  }

  /** Returns whether the name of a record is in ASCII. */
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

  /**
   * Returns an array that holds the record, with its name converted, at the same offset. It also
   * holds the records of earlier calls.
   */
  public byte[] of(byte[] block, int at) {
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
