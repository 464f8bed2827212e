package dev.ext4j.fs.mount;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The log of an open file system, to be looked at.
 *
 * @param area its blocks
 * @param superblock what it says of itself
 */
record OpenLog(LogArea area, JournalSuperblock superblock) {
  /** Whether a file system has a journal at all. */
  static boolean exists(Mount mount) {
    return mount.geometry().features().has(CompatFeature.HAS_JOURNAL);
  }

  /**
   * Opens the log in the blocks of the journal inode.
   *
   * @throws CorruptionException if it cannot be what it claims
   */
  static OpenLog inInode(Mount mount, long inodeNumber) throws IOException {
    Geometry geometry = mount.geometry();
    Inode inode;
    try {
      inode = mount.inodes().get(inodeNumber);
    } catch (FileOperationException e) {
      CorruptionException missing =
          new CorruptionException(Kind.JOURNAL, "the journal is missing: " + e.getMessage());
      missing.initCause(e);
      throw missing;
    }
    LogArea area = new JournalInode(mount.device(), geometry, mount.context().cache(), inode);
    ByteBuffer block = ByteBuffer.allocate(geometry.blockSize());
    area.read(0, block);
    return new OpenLog(
        area, JournalSuperblock.of(block.clear(), geometry.blockSize(), area.blockCount()));
  }
}
