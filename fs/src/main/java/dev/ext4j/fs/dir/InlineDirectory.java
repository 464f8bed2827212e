package dev.ext4j.fs.dir;

import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.DirectoryVisitor;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A directory stored in its inode. Four bytes name the parent, entries fill the rest of {@code
 * i_block}, and more entries are in the attribute that holds the rest of inline data. The directory
 * itself and its parent have no entries.
 */
final class InlineDirectory {
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};
  private static final int HEADER = 4;
  private static final int FIRST_PART = 60;

  private final Inode inode;

  InlineDirectory(Inode inode) {
    this.inode = inode;
  }

  /** The format in which the entries of this file system are read. */
  interface EntryFormat {
    DirectoryBlock open(ByteBuffer bytes, String where);
  }

  void list(EntryFormat format, DirectoryVisitor visitor) throws IOException {
    byte[] room;
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      room = new InlineData(inode).read();
    }
    ByteBuffer bytes = ByteBuffer.wrap(room).order(ByteOrder.LITTLE_ENDIAN);
    long parent = bytes.getInt(0) & 0xFFFFFFFFL;
    boolean more =
        visitor.entry(SELF, inode.inodeNumber(), FileType.DIRECTORY)
            && visitor.entry(PARENT, parent, FileType.DIRECTORY)
            && show(format, bytes.slice(HEADER, FIRST_PART - HEADER), visitor);
    if (more && room.length > FIRST_PART) {
      show(format, bytes.slice(FIRST_PART, room.length - FIRST_PART), visitor);
    }
  }

  private boolean show(EntryFormat format, ByteBuffer part, DirectoryVisitor visitor)
      throws IOException {
    DirectoryBlock entries =
        format.open(part.order(ByteOrder.LITTLE_ENDIAN), "inline entries of " + inode);
    while (entries.next()) {
      FileType type = FileType.ofDirectoryCode(entries.typeCode());
      if (!visitor.entry(entries.name(), entries.inodeNumber(), type)) {
        return false;
      }
    }
    return true;
  }
}
