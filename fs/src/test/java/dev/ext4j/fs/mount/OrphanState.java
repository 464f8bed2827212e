package dev.ext4j.fs.mount;

import dev.ext4j.fs.RawImage;
import dev.ext4j.testimages.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The state on which two programs that process orphans must agree. */
final class OrphanState {
  private OrphanState() {}

  /** Returns what is free, by the bitmaps and by every counter, as dumpe2fs prints it. */
  static List<String> allocation(Path image) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : ExternalTool.named("dumpe2fs").run(image.toString()).orFail().lines()) {
      String text = line.strip();
      boolean free = text.startsWith("Free blocks:") || text.startsWith("Free inodes:");
      if (free || text.startsWith("First orphan") || text.startsWith("Filesystem features")) {
        lines.add(text);
      } else if (text.contains(" free blocks, ")) {
        lines.add(text.replaceAll(", \\d+ unused inodes$", ""));
      }
    }
    return lines;
  }

  /** Returns the bytes of an inode without times, checksum and removed entries of its tree. */
  static String inode(RawImage image, long number) throws IOException {
    ByteBuffer bytes = image.inode(number);
    int mapping = (bytes.getInt(0x20) & 0x80000) != 0 ? 12 : 60;
    StringBuilder text = new StringBuilder("inode " + number);
    field(text, bytes, "mode, uid, size", 0x0, 8);
    field(text, bytes, "gid, links, blocks, flags, version", 0x18, 16);
    field(text, bytes, "mapping", 0x28, mapping);
    field(text, bytes, "generation, acl, size_hi", 0x64, 12);
    field(text, bytes, "blocks_hi, acl_hi, uid_hi, gid_hi", 0x74, 8);
    if (bytes.capacity() > 128) {
      int extra = bytes.getShort(0x80);
      field(text, bytes, "crtime, version_hi, projid", 0x90, extra - 0x10);
      field(text, bytes, "attributes", 128 + extra, bytes.capacity() - 128 - extra);
    }
    text.append(", deleted ").append(bytes.getShort(0x1A) == 0 && bytes.getInt(0x14) > 1_000_000);
    return text.toString();
  }

  private static void field(
      StringBuilder text, ByteBuffer bytes, String name, int from, int count) {
    byte[] field = new byte[count];
    bytes.get(from, field);
    text.append("\n  ").append(name).append(' ').append(HexFormat.of().formatHex(field));
  }

  /** Returns which of ctime, mtime and atime have changed. */
  static String moved(RawImage before, RawImage after, long number) throws IOException {
    ByteBuffer old = before.inode(number);
    ByteBuffer now = after.inode(number);
    return "inode "
        + number
        + " ctime "
        + (old.getInt(0xC) != now.getInt(0xC))
        + " mtime "
        + (old.getInt(0x10) != now.getInt(0x10))
        + " atime "
        + (old.getInt(0x8) != now.getInt(0x8));
  }
}
