package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.journal.recovery.ReplayedDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read-only view of a device in the state after recovery. The replay happens in memory, and
 * nothing is written.
 *
 * @param device the view. It is the device itself if there is nothing to replay or the replay
 *     failed. Closing the view does not close the device.
 * @param warnings the warnings for the user
 * @param unreplayed the reason why the journal could not be replayed, or not completely; null if
 *     all of it was replayed or there was nothing to replay
 */
public record ReplayedView(BlockDevice device, List<String> warnings, @Nullable String unreplayed) {
  private static final String AS_BEFORE =
      "the journal needs recovery: what is shown is the state before its replay";
  private static final String AS_AFTER =
      "the journal needs recovery: what is shown is the state after its replay, in memory only";

  /** Copies the list. */
  public ReplayedView {
    warnings = List.copyOf(warnings);
  }

  /**
   * Returns the view of a device for fsck. If the superblock is damaged, returns the device itself
   * without a warning, because fsck finds and reports that damage.
   *
   * @param options the options for opening the file system for reading
   */
  public static ReplayedView of(BlockDevice device, MountOptions options) throws IOException {
    try {
      SuperblockLoader loaded = SuperblockLoader.load(device, options);
      if (!loaded.needsRecovery()) {
        return new ReplayedView(device, List.of(), null);
      }
      if (CutOffDevice.isCutOff(device, loaded.geometry())) {
        return before(device, "the image is cut off");
      }
      return of(device, loaded, options);
    } catch (Ext4Exception e) {
      return new ReplayedView(device, List.of(), null);
    }
  }

  /** Returns the view of a device whose journal needs recovery. */
  static ReplayedView of(BlockDevice device, SuperblockLoader dirty, MountOptions options)
      throws IOException {
    try {
      LogSuperblock log = LogFinder.find(device, dirty, options);
      Replay replay = Replay.of(log.area(), log.view(), dirty.geometry());
      BlockDevice view =
          new ReplayedDevice(device, dirty.geometry().blockSize(), replay, log.area());
      ReplayedView replayed =
          replay.damaged() || replay.damagedCopies() > 0
              ? incomplete(
                  view, "the journal is damaged: what is shown lacks changes that were committed")
              : withFastCommits(view, log, replay, dirty, options);
      SuperblockLoader.load(replayed.device(), options); // the log may hold another superblock
      return replayed;
    } catch (Ext4Exception | DeviceException e) {
      return before(device, String.valueOf(e.getMessage()));
    }
  }

  private static ReplayedView before(BlockDevice device, String reason) {
    return new ReplayedView(device, List.of(AS_BEFORE + " (" + reason + ")"), reason);
  }

  private static ReplayedView incomplete(BlockDevice view, String reason) {
    return new ReplayedView(view, List.of(AS_AFTER, reason), reason);
  }

  private static ReplayedView withFastCommits(
      BlockDevice view,
      LogSuperblock log,
      Replay replay,
      SuperblockLoader dirty,
      MountOptions options)
      throws IOException {
    FastCommitScan scan =
        FastCommitScan.of(log.area(), log.view(), dirty.geometry(), replay.nextSequence());
    List<String> warnings = new ArrayList<>(List.of(AS_AFTER));
    if (scan.commits() == 0) {
      return new ReplayedView(view, warnings, null);
    }
    try {
      WithFastCommits replayed = withFastCommits(view, scan, options);
      if (replayed.withoutEffect > 0) {
        warnings.add(passedOver(replayed.withoutEffect));
      }
      return new ReplayedView(replayed.device, warnings, null);
    } catch (Ext4Exception e) {
      return incomplete(view, "fast commits in the journal are not shown: " + e.getMessage());
    }
  }

  /**
   * A device on which fast commits have been replayed.
   *
   * @param withoutEffect the number of their records that had no effect
   */
  record WithFastCommits(BlockDevice device, long withoutEffect) {}

  /**
   * Replays fast commits over a device in memory. The changed blocks are kept in memory, because
   * fast commits change few blocks.
   *
   * @throws Ext4Exception if the fast commits contradict the state of the device
   */
  static WithFastCommits withFastCommits(
      BlockDevice replayed, FastCommitScan fastCommits, MountOptions options) throws IOException {
    OverlayDevice overlay = OverlayDevice.sharing(replayed);
    SuperblockLoader loaded = SuperblockLoader.load(overlay, options);
    try (Mount mount =
        new Mount(
            new Opening(
                overlay, loaded, options, Opening.Access.FAST_COMMITS, null, 0, null, List.of()))) {
      return new WithFastCommits(overlay, mount.replayFastCommits(fastCommits));
    }
  }

  /** Returns the warning about fast commit records without effect. */
  static String passedOver(long records) {
    return Opening.Recovered.counted(records, "record")
        + " of fast commits had no effect: the files or names never reached the disk";
  }
}
