package dev.ext4j.fs.dir;

import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.DirectoryVisitor;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A directory that is stored in its inode. The first four bytes of {@code i_block} hold the inode
 * number of the parent. Entries fill the rest of {@code i_block}. More entries are in the extended
 * attribute that holds the rest of inline data. There are no entries {@code .} and {@code ..}.
 */
final class InlineDirectory {
  private static final FileName SELF = FileName.of(".");
  private static final FileName PARENT = FileName.of("..");
  private static final int SELF_END = 12; // in a block, where . and .. have records
  private static final int PARENT_END = 24;
  private static final int HEADER = 4;
  private static final int FIRST_PART = 60;

  private final Inode inode;

  InlineDirectory(Inode inode) {
    this.inode = inode;
  }

  /** A function that opens entries in the format of this file system. */
  interface EntryFormat {
    DirectoryBlock open(ByteBuffer bytes, String where);
  }

  /**
   * Passes the entries to a visitor, starting at a cookie of {@link DirectoryReader#list(long,
   * DirectoryVisitor)}.
   */
  void list(EntryFormat format, long cookie, DirectoryVisitor visitor) throws IOException {
    byte[] room;
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      room = new InlineData(inode).read();
    }
    ByteBuffer bytes = ByteBuffer.wrap(room).order(ByteOrder.LITTLE_ENDIAN);
    long parent = bytes.getInt(0) & 0xFFFFFFFFL;
    boolean more =
        (cookie > 0 || visitor.entry(SELF, inode.inodeNumber(), FileType.DIRECTORY, SELF_END))
            && (cookie > SELF_END || visitor.entry(PARENT, parent, FileType.DIRECTORY, PARENT_END))
            && show(format, bytes, HEADER, FIRST_PART, cookie, visitor);
    if (more && room.length > FIRST_PART) {
      show(format, bytes, FIRST_PART, room.length, cookie, visitor);
    }
  }

  private boolean show(
      EntryFormat format, ByteBuffer room, int from, int end, long cookie, DirectoryVisitor visitor)
      throws IOException {
    ByteBuffer part = room.slice(from, end - from).order(ByteOrder.LITTLE_ENDIAN);
    DirectoryBlock entries = format.open(part, "inline entries of " + inode);
    while (entries.next()) {
      int position = PARENT_END - HEADER + from + entries.position();
      FileType type = FileType.ofDirectoryCode(entries.typeCode());
      if (position >= cookie
          && !visitor.entry(
              FileName.ofStored(entries.name()),
              entries.inodeNumber(),
              type,
              position + entries.recordLength())) {
        return false;
      }
    }
    return true;
  }
}
