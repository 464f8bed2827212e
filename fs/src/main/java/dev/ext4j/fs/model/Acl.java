package dev.ext4j.fs.model;

import java.util.List;

/**
 * An access control list (POSIX.1e draft 17), in the order in which it is stored.
 *
 * @param entries the entries; none if the file has no such list
 */
public record Acl(List<AclEntry> entries) {
  /** The list of a file that has none. The permission bits alone decide the access. */
  public static final Acl NONE = new Acl(List.of());

  /** The lists of a file. */
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
