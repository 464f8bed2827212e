package dev.ext4j.fs.file;

import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.xattr.FileCapability;
import java.io.IOException;
import java.time.Instant;

/** What a change of content leaves in the inode, whatever the change is. */
final class ContentChange {
  private ContentChange() {}

  /** mtime, ctime and version move, and capabilities go: the inode's own block is changed. */
  static void note(Handle handle, Inode inode, FileContext context) throws IOException {
    new FileCapability(inode, context.geometry(), context.cache()).drop(handle);
    inode.declare(handle);
    Instant now = context.clock().instant();
    InodeView fields = inode.fields();
    fields.setModificationTime(now);
    fields.setChangeTime(now);
    fields.increaseVersion();
    inode.seal();
  }

  /** The same, as a change of its own: for what lies in memory until it is written back. */
  static void noteAlone(Inode inode, FileContext context) throws IOException {
    try (Handle handle = context.journal().start(2)) {
      note(handle, inode, context);
      handle.commit();
    }
  }

  /** The size on disk becomes another one, with which everybody sees what they saw. */
  static void setSizeOnDisk(Handle handle, Inode inode, long size) {
    inode.declare(handle);
    inode.fields().setSize(size);
    inode.seal();
  }
}
