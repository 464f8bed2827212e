package dev.ext4j.fs.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of an extended attribute with the prefix of its name space, for example {@code
 * user.comment}. The name consists of raw bytes, which are often but not always UTF-8. Names are
 * ordered by their unsigned bytes.
 */
public final class XattrName implements Comparable<XattrName> {
  /**
   * The name of the access ACL. The value of this attribute has the format of {@code
   * linux/posix_acl_xattr.h}.
   */
  public static final XattrName ACCESS_ACL = of("system.posix_acl_access");

  /**
   * The name of the ACL that a directory gives to new files. The value of this attribute has the
   * same format.
   */
  public static final XattrName DEFAULT_ACL = of("system.posix_acl_default");

  private final byte[] bytes;

  private XattrName(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the name with these bytes, which include the prefix. */
  public static XattrName of(byte[] bytes) {
    return new XattrName(bytes.clone());
  }

  /** Returns the name with these characters in UTF-8, which include the prefix. */
  public static XattrName of(String name) {
    return new XattrName(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(XattrName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof XattrName name && Arrays.equals(bytes, name.bytes);
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
