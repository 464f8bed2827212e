package dev.ext4j.fs.model;

/**
 * One entry of an access control list.
 *
 * @param tag the kind of users to whom the entry applies
 * @param id the number of the user for {@link Tag#USER}, or of the group for {@link Tag#GROUP}; 0
 *     for other tags
 * @param permissions the sum of 4 for read, 2 for write and 1 for execute
 */
public record AclEntry(Tag tag, long id, int permissions) {
  /** The kinds of entries, with their codes on disk. */
  public enum Tag {
    /** The owner of the file. */
    USER_OBJ(0x01),
    /** The user whose number is the id of the entry. */
    USER(0x02),
    /** The group of the file. */
    GROUP_OBJ(0x04),
    /** The group whose number is the id of the entry. */
    GROUP(0x08),
    /** The limit of the permissions that entries of the kinds USER, GROUP and GROUP_OBJ give. */
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
