package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.journal.recovery.ReplayedDevice;
import java.io.IOException;
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
    try {
      return replay(device, loaded.geometry(), LogFinder.find(device, loaded, options));
    } catch (Ext4Exception e) {
      return new JournalView(device, List.of(AS_BEFORE + " (" + e.getMessage() + ")"));
    }
  }

  private static JournalView replay(BlockDevice device, Geometry geometry, LogSuperblock superblock)
      throws IOException {
    LogArea log = superblock.area();
    Replay replay = Replay.of(log, superblock.view(), geometry);
    ReplayedDevice view = new ReplayedDevice(device, geometry.blockSize(), replay, log);
    List<String> warnings = new ArrayList<>();
    warnings.add(AS_AFTER);
    if (replay.damaged() || replay.damagedCopies() > 0) {
      warnings.add("the journal is damaged: what is shown lacks changes that were committed");
    }
    FastCommitScan fastCommits =
        FastCommitScan.of(log, superblock.view(), geometry, replay.nextSequence());
    if (fastCommits.commits() > 0) {
      warnings.add("the journal holds fast commits, which are not shown");
    }
    return new JournalView(view, warnings);
  }
}
