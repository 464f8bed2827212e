package dev.ext4j.fs.format;

import org.jspecify.annotations.Nullable;

/**
 * The name spaces of extended attributes. An entry on disk has a number in place of the prefix of
 * its name ({@code e_name_index}). The numbers are those of {@code EXT4_XATTR_INDEX_*} in Linux,
 * {@code fs/ext4/xattr.h}. The names of ACLs consist of the prefix alone.
 */
public enum XattrNameSpace {
  USER(1, "user.", true),
  POSIX_ACL_ACCESS(2, "system.posix_acl_access", true),
  POSIX_ACL_DEFAULT(3, "system.posix_acl_default", true),
  TRUSTED(4, "trusted.", true),
  SECURITY(6, "security.", true),
  /** Attributes of the file system itself, as {@code system.data} for inline data. */
  SYSTEM(7, "system.", false),
  RICHACL(8, "system.richacl", true),
  /** The encryption context, which has no name that programs could use. */
  ENCRYPTION(9, "encryption context", false),
  HURD(10, "gnu.", true);

  private final int index;
  private final String prefix;
  private final boolean readable;

  XattrNameSpace(int index, String prefix, boolean readable) {
    this.index = index;
    this.prefix = prefix;
    this.readable = readable;
  }

  /** Returns the name space with an {@code e_name_index}, or null if ext4 has none with it. */
  public static @Nullable XattrNameSpace of(int index) {
    for (XattrNameSpace one : values()) {
      if (one.index == index) {
        return one;
      }
    }
    return null;
  }

  /** Returns the {@code e_name_index}. */
  public int index() {
    return index;
  }

  /** Returns the start of all names in this name space, or a description if there is no prefix. */
  public String prefix() {
    return prefix;
  }

  /** Returns whether programs can read the attributes. The others are of the file system only. */
  public boolean isReadable() {
    return readable;
  }

  /** Returns whether this is one of the two name spaces of POSIX ACLs. */
  public boolean isAcl() {
    return this == POSIX_ACL_ACCESS || this == POSIX_ACL_DEFAULT;
  }
}
