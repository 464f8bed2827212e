package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Inodes;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.AclEntry;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.util.HexFormat;

/**
 * The extended attributes of a file as text: one line for each, in the form of getfattr(1), with
 * access control lists as getfacl(1) and capabilities as getcap(8) print them.
 */
public final class XattrText {
  static final XattrName CAPABILITY = XattrName.of("security.capability");

  private static final int MOST_BYTES = 256;

  private final Output out;

  /** Creates a printer. */
  public XattrText(Output out) {
    this.out = out;
  }

  /** Prints all attributes of an inode, and nothing if it has none. */
  public void print(Inodes inodes, long inode) throws IOException {
    for (XattrName name : inodes.xattrs(inode)) {
      out.text("Xattr: ").name(RawText.decode(name.bytes())).ascii('=');
      if (name.equals(XattrName.ACCESS_ACL)) {
        acl(inodes.acl(inode, Acl.Kind.ACCESS));
      } else if (name.equals(XattrName.DEFAULT_ACL)) {
        acl(inodes.acl(inode, Acl.Kind.DEFAULT));
      } else {
        value(name, inodes.xattr(inode, name));
      }
      out.line();
    }
  }

  private void acl(Acl acl) throws IOException {
    String separator = "";
    for (AclEntry entry : acl.entries()) {
      out.text(separator).text(text(entry));
      separator = ",";
    }
  }

  /** Returns an entry as getfacl prints it, for example "user:1000:r--". */
  static String text(AclEntry entry) {
    String id = entry.tag().hasId() ? Long.toString(entry.id()) : "";
    return tag(entry) + ":" + id + ":" + Modes.accessLetters(entry.permissions());
  }

  /** Returns the kind of an entry in the words of getfacl. */
  static String tag(AclEntry entry) {
    return switch (entry.tag()) {
      case USER_OBJ, USER -> "user";
      case GROUP_OBJ, GROUP -> "group";
      case MASK -> "mask";
      case OTHER -> "other";
    };
  }

  private void value(XattrName name, byte[] value) throws IOException {
    if (name.equals(CAPABILITY) && Capabilities.isValid(value)) {
      out.text(Capabilities.of(value).toString());
    } else if (isText(value)) {
      out.ascii('"').name(RawText.decode(value, 0, textLength(value))).ascii('"');
    } else {
      int shown = Math.min(value.length, MOST_BYTES);
      out.text("0x").text(HexFormat.of().formatHex(value, 0, shown));
      if (shown < value.length) {
        out.text("... (").number(value.length).text(" bytes)");
      }
    }
  }

  /** Returns whether a value is text of printable ASCII, perhaps with a NUL at its end. */
  static boolean isText(byte[] value) {
    for (int i = 0; i < textLength(value); i++) {
      if (value[i] < 0x20 || value[i] == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /** Returns the length without a NUL at the end, which the labels of SELinux have. */
  static int textLength(byte[] value) {
    return value.length > 0 && value[value.length - 1] == 0 ? value.length - 1 : value.length;
  }
}
