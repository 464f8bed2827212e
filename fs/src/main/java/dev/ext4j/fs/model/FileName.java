package dev.ext4j.fs.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a file in a directory: raw bytes, which are often but not always UTF-8. Names are
 * ordered by their unsigned bytes.
 */
public final class FileName implements Comparable<FileName> {
  /** The largest length of a name in bytes ({@code EXT4_NAME_LEN}). */
  public static final int MAX_LENGTH = 255;

  private final byte[] bytes;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the name with these bytes.
   *
   * @throws IllegalArgumentException if there are no bytes or more than 255, or if a byte is a
   *     slash or NUL
   */
  public static FileName of(byte[] bytes) {
    FileName name = new FileName(bytes.clone());
    if (!name.isValid()) {
      throw new IllegalArgumentException("no name of a file: '" + name + "'");
    }
    return name;
  }

  /**
   * Returns the name with these characters in UTF-8.
   *
   * @throws IllegalArgumentException as {@link #of(byte[])}
   */
  public static FileName of(String name) {
    return of(name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a name as it is stored in a directory. In a damaged directory it may not be {@link
   * #isValid valid}.
   *
   * @param bytes the bytes, which are not copied and must not be changed
   */
  public static FileName ofStored(byte[] bytes) {
    return new FileName(bytes);
  }

  /** Returns whether the name has 1 to 255 bytes, and none of them is a slash or NUL. */
  public boolean isValid() {
    for (byte each : bytes) {
      if (each == '/' || each == 0) {
        return false;
      }
    }
    return bytes.length >= 1 && bytes.length <= MAX_LENGTH;
  }

  /** Returns whether the name is {@code .} or {@code ..}. */
  public boolean isSelfOrParent() {
    return bytes.length > 0
        && bytes[0] == '.'
        && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'));
  }

  /** Returns a copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the number of bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public int compareTo(FileName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the name as text. Bytes that are not UTF-8 become replacement characters. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
