package dev.ext4j.fs;

import java.util.Arrays;

/**
 * What a user writes for a file inside an image: an absolute path of raw bytes, or an inode number.
 */
public sealed interface FileAddress {
  /** A file by its path from the root directory. */
  final class Path implements FileAddress {
    private final byte[] bytes;

    private Path(byte[] bytes) {
      this.bytes = bytes;
    }

    /** A copy of the path's bytes. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Path path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /**
   * A file by its inode.
   *
   * @param number from 1 to 2^32 - 1
   */
  record Inode(long number) implements FileAddress {
    /** Checks the bounds. */
    public Inode {
      if (number < 1 || number > 0xFFFFFFFFL) {
        throw new IllegalArgumentException("not an inode number: " + number);
      }
    }

    @Override
    public String toString() {
      return "<" + number + ">";
    }
  }

  /**
   * A path; names are separated by slashes, and the root directory is implied at its start.
   *
   * @param bytes the raw bytes, not necessarily UTF-8
   */
  static FileAddress path(byte[] bytes) {
    return new Path(bytes.clone());
  }

  /** An inode. */
  static FileAddress inode(long number) {
    return new Inode(number);
  }
}
