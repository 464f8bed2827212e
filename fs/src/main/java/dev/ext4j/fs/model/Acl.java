package dev.ext4j.fs.model;

import java.util.List;

/**
 * An access control list (POSIX.1e draft 17), in the order in which it is stored.
 *
 * @param entries the entries; none if the file has no such list
 */
public record Acl(List<AclEntry> entries) {
  /**
   * The value for a file without such a list. The permission bits alone control the access to the
   * file.
   */
  public static final Acl NONE = new Acl(List.of());

  /** The kinds of access control list that a file can have. */
  public enum Kind {
    /** The list that is checked at each access. */
    ACCESS,
    /** The list that a directory gives to new files in it. */
    DEFAULT
  }

  /** Copies the list. */
  public Acl {
    entries = List.copyOf(entries);
  }
}
