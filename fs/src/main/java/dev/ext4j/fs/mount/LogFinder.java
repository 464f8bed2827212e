package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.log.LogSuperblock;
import java.io.IOException;
import java.util.UUID;

/**
 * The search for the log of a file system that has a journal. The log is in an inode or on another
 * device.
 */
public final class LogFinder {
  private LogFinder() {}

  /**
   * Finds the log of a file system of which only the superblock has been read so far.
   *
   * @throws NeedsRecoveryException if the log is on another device and the options do not give this
   *     device
   */
  static LogSuperblock find(BlockDevice device, SuperblockLoader loaded, MountOptions options)
      throws IOException {
    Geometry geometry = loaded.geometry();
    BlockCache cache =
        new BlockCache(device, geometry.blockSize(), options.memory().metadataBytes());
    Superblock superblock = new Superblock(geometry, cache, loaded.byteOffset());
    GroupTable groups = new GroupTable(geometry, cache, superblock.block().number());
    InodeTable inodes = new InodeTable(geometry, cache, groups, options.lockOrder(device));
    return find(device, geometry, superblock.view(), cache, inodes, options);
  }

  /** Finds the log of an open file system. */
  public static LogSuperblock find(
      BlockDevice device,
      Geometry geometry,
      SuperblockView superblock,
      BlockCache cache,
      InodeTable inodes,
      MountOptions options)
      throws IOException {
    long number = superblock.journalInode();
    if (number != 0) {
      JournalInode area = new JournalInode(device, geometry, cache, inodes.get(number));
      return LogSuperblock.read(area, geometry.blockSize());
    }
    LogSuperblock log =
        LogSuperblock.read(external(geometry, superblock, options), geometry.blockSize());
    if (log.view().userCount() != 1) {
      throw new CorruptionException(
          Kind.JOURNAL,
          "the journal is used by "
              + log.view().userCount()
              + " file systems, as its superblock says; Linux refuses that");
    }
    return log;
  }

  private static LogArea external(
      Geometry geometry, SuperblockView superblock, MountOptions options) throws IOException {
    UUID uuid = superblock.journalUuid();
    if (uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0) {
      throw new CorruptionException(Kind.JOURNAL, "the journal is neither in an inode nor named");
    }
    BlockDevice device = options.journalDevice();
    if (device == null) {
      throw new NeedsRecoveryException(
          "the journal is on another device, with the UUID "
              + uuid
              + ", which must be given as well (--journal DEV)");
    }
    return new ExternalLog(device, geometry, uuid);
  }
}
