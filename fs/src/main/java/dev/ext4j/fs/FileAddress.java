package dev.ext4j.fs;

import java.util.Arrays;

/** The address of a file inside an image: an absolute path of raw bytes, or an inode number. */
public sealed interface FileAddress {
  /** The address of a file by its path from the root directory. */
  final class Path implements FileAddress {
    private final byte[] bytes;

    private Path(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Returns a copy of the path's bytes. */
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
   * The address of a file by its inode number.
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
   * Returns the address of a path. Names are separated by slashes; the path starts at the root
   * directory, with or without a leading slash.
   *
   * @param bytes the raw bytes, not necessarily UTF-8
   */
  static Path path(byte[] bytes) {
    return new Path(bytes.clone());
  }

  /** Same as {@link #path(byte[])}, but the path is in UTF-8. */
  static Path path(String path) {
    return new Path(path.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Returns the address of an inode. */
  static FileAddress inode(long number) {
    return new Inode(number);
  }
}
