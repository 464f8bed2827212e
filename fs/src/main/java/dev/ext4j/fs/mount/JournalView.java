package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.journal.recovery.ReplayedDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader sees of a file system whose journal is dirty: the state after its replay, made in
 * memory, as far as the log can be replayed.
 *
 * @param device the device to read from
 * @param warnings that this is a view, and what is missing in it
 */
record JournalView(BlockDevice device, List<String> warnings) {
  private static final String AS_BEFORE =
      "the journal needs recovery: what is shown is the state before its replay";
  private static final String AS_AFTER =
      "the journal needs recovery: what is shown is the state after its replay, in memory only";

  static JournalView of(BlockDevice device, SuperblockLoader loaded, OpenOptions options)
      throws IOException {
    Geometry geometry = loaded.geometry();
    BlockCache cache = new BlockCache(device, geometry.blockSize(), options.cacheBytes());
    Superblock superblock = new Superblock(geometry, cache, loaded.byteOffset());
    long number = superblock.view().journalInode();
    if (number == 0) {
      return new JournalView(device, List.of(AS_BEFORE + " (it is on another device)"));
    }
    try {
      GroupTable groups = new GroupTable(geometry, cache, superblock.block().number());
      Inode inode = new InodeTable(geometry, cache, groups).get(number);
      JournalInode log = new JournalInode(device, geometry, cache, inode);
      return replay(device, geometry, log);
    } catch (Ext4Exception e) {
      return new JournalView(device, List.of(AS_BEFORE + " (" + e.getMessage() + ")"));
    }
  }

  private static JournalView replay(BlockDevice device, Geometry geometry, JournalInode log)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(geometry.blockSize());
    log.read(0, block);
    JournalSuperblock journal =
        JournalSuperblock.of(block.clear(), geometry.blockSize(), log.blockCount());
    Replay replay = Replay.of(log, journal, geometry);
    ReplayedDevice view = new ReplayedDevice(device, geometry.blockSize(), replay, log);
    List<String> warnings = new ArrayList<>();
    warnings.add(AS_AFTER);
    if (replay.damaged() || replay.damagedCopies() > 0) {
      warnings.add("the journal is damaged: what is shown lacks changes that were committed");
    }
    if (FastCommitScan.of(log, journal, geometry, replay.nextSequence()).commits() > 0) {
      warnings.add("the journal holds fast commits, which are not shown");
    }
    return new JournalView(view, warnings);
  }
}
