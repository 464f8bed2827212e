package dev.ext4j.fs.report;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.mount.LogFinder;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;

/**
 * The log of an open file system, opened for reading.
 *
 * @param area the blocks of the log
 * @param superblock the superblock of the log
 */
record OpenLog(LogArea area, JournalSuperblock superblock) {
  /** Returns whether a file system has a journal. */
  static boolean exists(Mount mount) {
    return mount.geometry().features().has(CompatFeature.HAS_JOURNAL);
  }

  /**
   * Returns whether a file system has a journal that can be read. Such a journal is in an inode, or
   * on a device that the mount options give.
   */
  static boolean isReadable(Mount mount) {
    return exists(mount)
        && (mount.superblock().view().journalInode() != 0
            || mount.options().journalDevice() != null);
  }

  /**
   * Opens the log.
   *
   * @throws CorruptionException if the journal is missing or damaged
   * @throws NeedsRecoveryException if the journal is on another device and the mount options do not
   *     give this device
   */
  static OpenLog of(Mount mount) throws IOException {
    try {
      LogSuperblock log =
          LogFinder.find(
              mount.device(),
              mount.geometry(),
              mount.superblock().view(),
              mount.volume().cache(),
              mount.inodes(),
              mount.options());
      return new OpenLog(log.area(), log.view());
    } catch (FileOperationException e) {
      CorruptionException missing =
          new CorruptionException(Kind.JOURNAL, "the journal is missing: " + e.getMessage());
      missing.initCause(e);
      throw missing;
    }
  }
}
