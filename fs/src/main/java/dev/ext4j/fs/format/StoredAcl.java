package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.AclEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The formats of an access control list in an extended attribute. In the format on disk ({@code
 * ext4_acl_header}, {@code ext4_acl_entry}), only the entry of a user or a group has an id.
 * Programs receive the longer format of {@code linux/posix_acl_xattr.h}, in which each entry has an
 * id.
 */
public final class StoredAcl {
  private static final int VERSION = 1;
  private static final int XATTR_VERSION = 2;
  private static final int HEADER_SIZE = 4;
  private static final int SHORT_SIZE = 4;
  private static final int LONG_SIZE = 8;
  private static final int NO_ID = -1; // ACL_UNDEFINED_ID
  private static final int PERMISSIONS = 7;

  private StoredAcl() {}

  /**
   * Returns the list that is stored in the value of an attribute on disk.
   *
   * @param where the name of the file in messages
   * @throws CorruptionException with XATTR, if the value is not an access control list
   */
  public static Acl parse(ByteBuffer value, String where) throws CorruptionException {
    ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < HEADER_SIZE || bytes.getInt() != VERSION) {
      throw corrupt(where);
    }
    List<AclEntry> entries = new ArrayList<>();
    while (bytes.hasRemaining()) {
      if (bytes.remaining() < SHORT_SIZE) {
        throw corrupt(where);
      }
      AclEntry.Tag tag = tag(bytes.getShort(), where);
      int permissions = bytes.getShort() & 0xFFFF;
      if (permissions > PERMISSIONS || (tag.hasId() && bytes.remaining() < Integer.BYTES)) {
        throw corrupt(where);
      }
      entries.add(new AclEntry(tag, tag.hasId() ? bytes.getInt() & 0xFFFFFFFFL : 0, permissions));
    }
    return new Acl(entries);
  }

  /** Returns a list in the format that programs receive. */
  public static byte[] toXattr(Acl acl) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_SIZE + acl.entries().size() * LONG_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(XATTR_VERSION);
    for (AclEntry entry : acl.entries()) {
      bytes.putShort((short) entry.tag().code()).putShort((short) entry.permissions());
      bytes.putInt(entry.tag().hasId() ? (int) entry.id() : NO_ID);
    }
    return bytes.array();
  }

  private static AclEntry.Tag tag(int code, String where) throws CorruptionException {
    for (AclEntry.Tag tag : AclEntry.Tag.values()) {
      if (tag.code() == code) {
        return tag;
      }
    }
    throw corrupt(where);
  }

  private static CorruptionException corrupt(String where) {
    return new CorruptionException(Kind.XATTR, where + ": not an access control list");
  }
}
