package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Inodes;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.AclEntry;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** The extended attributes of a file as JSON. */
public final class XattrJson {
  private XattrJson() {}

  /**
   * Writes the field {@code xattrs}, an array with a row for each attribute, and what some of them
   * mean: {@code acl}, {@code default_acl} and {@code capability}.
   */
  public static void write(JsonDocument json, Inodes inodes, long inode) throws IOException {
    List<XattrName> names = inodes.xattrs(inode);
    json.beginArray("xattrs");
    for (XattrName name : names) {
      byte[] value = inodes.xattr(inode, name);
      json.beginRow().name("name", RawText.decode(name.bytes())).number("size", value.length);
      if (XattrText.isText(value)) {
        json.text("value", RawText.decode(value, 0, XattrText.textLength(value)));
      }
      json.text("value_base64", Base64.getEncoder().encodeToString(value)).endObject();
    }
    json.endArray();
    if (names.contains(XattrName.ACCESS_ACL)) {
      acl(json, "acl", inodes.acl(inode, Acl.Kind.ACCESS));
    }
    if (names.contains(XattrName.DEFAULT_ACL)) {
      acl(json, "default_acl", inodes.acl(inode, Acl.Kind.DEFAULT));
    }
    if (names.contains(XattrText.CAPABILITY)) {
      byte[] value = inodes.xattr(inode, XattrText.CAPABILITY);
      if (Capabilities.isValid(value)) {
        capability(json, Capabilities.of(value));
      }
    }
  }

  private static void acl(JsonDocument json, String key, Acl acl) throws IOException {
    json.beginArray(key);
    for (AclEntry entry : acl.entries()) {
      json.beginRow().text("tag", XattrText.tag(entry));
      if (entry.tag().hasId()) {
        json.number("id", entry.id());
      }
      json.number("permissions", entry.permissions()).endObject();
    }
    json.endArray();
  }

  private static void capability(JsonDocument json, Capabilities capabilities) throws IOException {
    json.beginObject("capability").beginArray("permitted");
    for (String name : capabilities.permitted()) {
      json.element(name);
    }
    json.endArray().beginArray("inheritable");
    for (String name : capabilities.inheritable()) {
      json.element(name);
    }
    json.endArray().flag("effective", capabilities.isEffective());
    if (capabilities.rootId().isPresent()) {
      json.number("root_id", capabilities.rootId().getAsLong());
    }
    json.endObject();
  }
}
