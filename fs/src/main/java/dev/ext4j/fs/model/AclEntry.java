package dev.ext4j.fs.model;

/**
 * One entry of an access control list.
 *
 * @param tag the users that the entry is about
 * @param id the user or group of {@link Tag#USER} and {@link Tag#GROUP}; 0 for other tags
 * @param permissions read 4, write 2, execute 1
 */
public record AclEntry(Tag tag, long id, int permissions) {
  /** The kinds of entries, with their codes on disk. */
  public enum Tag {
    /** The owner of the file. */
    USER_OBJ(0x01),
    /** A user. */
    USER(0x02),
    /** The group of the file. */
    GROUP_OBJ(0x04),
    /** A group. */
    GROUP(0x08),
    /** The maximum permissions of users, groups and the group of the file. */
    MASK(0x10),
    /** All other users. */
    OTHER(0x20);

    private final int code;

    Tag(int code) {
      this.code = code;
    }

    /** Returns {@code e_tag}. */
    public int code() {
      return code;
    }

    /** Returns whether entries of this tag have an id. */
    public boolean hasId() {
      return this == USER || this == GROUP;
    }
  }
}
