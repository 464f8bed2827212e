package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.sim.OverlayDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.MountRules;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.Recovery;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.journal.recovery.ReplayedDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has to be settled before a file system is used: whether it may be, and what a dirty journal
 * holds. Writers replay it for good. Readers get a device that looks replayed, and nothing is
 * written.
 *
 * @param device the device to work on
 * @param loaded its superblock, after recovery
 * @param options as given
 * @param access what may be done with it
 * @param log the log to commit through; null for in place
 * @param firstSequence number of the first transaction in it
 * @param recovered what a replay for good has done; null if there was none
 * @param warnings what the user should know
 */
record Opening(
    BlockDevice device,
    SuperblockLoader loaded,
    OpenOptions options,
    Access access,
    @Nullable LogSuperblock log,
    int firstSequence,
    @Nullable Recovered recovered,
    List<String> warnings) {
  private static final String AS_BEFORE =
      "the journal needs recovery: what is shown is the state before its replay";
  private static final String AS_AFTER =
      "the journal needs recovery: what is shown is the state after its replay, in memory only";

  /** A replay. */
  record Recovered(int transactions, long blocks, int fastCommits, long withoutEffect) {
    List<String> messages() {
      return withoutEffect == 0
          ? List.of(message())
          : List.of(message(), passedOver(withoutEffect));
    }

    private String message() {
      return "the journal was replayed: "
          + counted(transactions, "transaction")
          + ", "
          + counted(blocks, "block")
          + (fastCommits > 0 ? ", " + counted(fastCommits, "fast commit") : "");
    }

    private static String counted(long count, String what) {
      return count + " " + what + (count == 1 ? "" : "s");
    }
  }

  /** What may be done. */
  enum Access {
    READ,
    /** Changes, on a file system that was in order. */
    WRITE,
    /** Changes, after a recovery: counters may be off and orphans are to be processed. */
    WRITE_RECOVERED,
    /** The replay of fast commits, and nothing else. */
    FAST_COMMITS
  }

  /** Settles it. */
  static Opening of(BlockDevice device, OpenOptions options) throws IOException {
    SuperblockLoader loaded = SuperblockLoader.load(device, options);
    if (!options.writable()) {
      return loaded.needsRecovery()
          ? replayedView(device, loaded, options)
          : reading(device, loaded, options, List.of());
    }
    checkWritable(device, loaded, options);
    if (loaded.needsRecovery()) {
      return recovered(device, loaded, options);
    }
    return writing(device, loaded, options, Access.WRITE, null);
  }

  private static void checkWritable(
      BlockDevice device, SuperblockLoader loaded, OpenOptions options) throws IOException {
    if (device.readOnly()) {
      throw new FileOperationException(Errno.EROFS, "the device is open for reading only");
    }
    if (options.backupSuperblock() != OpenOptions.PRIMARY_SUPERBLOCK) {
      throw new FileOperationException(
          Errno.EINVAL,
          "a backup superblock is for reading: let e2fsck mend the primary one first");
    }
    requireWritable(loaded);
  }

  private static void requireWritable(SuperblockLoader loaded) throws IOException {
    loaded.geometry().features().checkWritable();
    List<MountRules.Refused> refused =
        new ArrayList<>(MountRules.structure(loaded.view(), loaded.geometry()));
    refused.addAll(MountRules.extraSizes(loaded.view(), loaded.geometry()));
    if (!refused.isEmpty()) {
      MountRules.Refused first = refused.get(0);
      throw new CorruptionException(
          Kind.SUPERBLOCK,
          "superblock: "
              + first.field()
              + " is "
              + first.value()
              + ", for which Linux refuses the file system");
    }
  }

  private static Opening reading(
      BlockDevice device, SuperblockLoader loaded, OpenOptions options, List<String> warnings) {
    return new Opening(device, loaded, options, Access.READ, null, 0, null, warnings);
  }

  private static Opening writing(
      BlockDevice device,
      SuperblockLoader loaded,
      OpenOptions options,
      Access access,
      @Nullable Recovered recovered)
      throws IOException {
    List<String> warnings = recovered == null ? List.of() : recovered.messages();
    if (!loaded.geometry().features().has(CompatFeature.HAS_JOURNAL)) {
      return new Opening(device, loaded, options, access, null, 0, recovered, warnings);
    }
    LogSuperblock log = LogFinder.find(device, loaded, options);
    JournalSuperblock view = log.view();
    // What the log may still hold does not count, or recovery would have been asked for.
    int last =
        view.startBlock() == 0
            ? view.sequence()
            : Replay.of(log.area(), view, loaded.geometry()).nextSequence();
    return new Opening(device, loaded, options, access, log, last + 1, recovered, warnings);
  }

  /** Replays the journal for good. */
  private static Opening recovered(BlockDevice device, SuperblockLoader dirty, OpenOptions options)
      throws IOException {
    LogSuperblock log = LogFinder.find(device, dirty, options);
    Recovery recovery = new Recovery(device, dirty.geometry(), dirty.byteOffset(), log);
    Replay replay = recovery.replay();
    FastCommitScan fastCommits = recovery.fastCommits();
    requireReplayable(device, dirty, log, replay, fastCommits, options);
    recovery.replayBlocks();
    long withoutEffect = 0;
    if (fastCommits.commits() > 0) {
      SuperblockLoader loaded = SuperblockLoader.load(device, options);
      int sequence = replay.nextSequence();
      try (Mount mount =
          new Mount(
              new Opening(
                  device, loaded, options, Access.FAST_COMMITS, log, sequence, null, List.of()))) {
        withoutEffect = mount.replayFastCommits(fastCommits);
      }
    }
    recovery.finish();
    return writing(
        device,
        SuperblockLoader.load(device, options),
        options,
        Access.WRITE_RECOVERED,
        new Recovered(
            replay.transactions(), replay.copies().size(), fastCommits.commits(), withoutEffect));
  }

  /**
   * Does all of a replay in memory, so that one which must be refused has written nothing: the log
   * may hold a superblock with features that are not known, or fast commits that contradict it.
   */
  private static void requireReplayable(
      BlockDevice device,
      SuperblockLoader dirty,
      LogSuperblock log,
      Replay replay,
      FastCommitScan fastCommits,
      OpenOptions options)
      throws IOException {
    int blockSize = dirty.geometry().blockSize();
    BlockDevice view = new ReplayedDevice(device, blockSize, replay, log.area());
    requireWritable(SuperblockLoader.load(view, options));
    if (fastCommits.commits() > 0) {
      overlay(view, fastCommits, options);
    }
  }

  private static String passedOver(long records) {
    return Recovered.counted(records, "record")
        + " of fast commits had no effect: the files or names never reached the disk";
  }

  /** The device as it will be after recovery, as far as the log can be replayed. */
  private static Opening replayedView(
      BlockDevice device, SuperblockLoader dirty, OpenOptions options) throws IOException {
    Geometry geometry = dirty.geometry();
    List<String> warnings = new ArrayList<>();
    try {
      LogSuperblock log = LogFinder.find(device, dirty, options);
      Replay replay = Replay.of(log.area(), log.view(), geometry);
      BlockDevice view = new ReplayedDevice(device, geometry.blockSize(), replay, log.area());
      warnings.add(AS_AFTER);
      if (replay.damaged() || replay.damagedCopies() > 0) {
        warnings.add("the journal is damaged: what is shown lacks changes that were committed");
      } else {
        FastCommitScan fastCommits =
            FastCommitScan.of(log.area(), log.view(), geometry, replay.nextSequence());
        if (fastCommits.commits() > 0) {
          view = withFastCommits(view, fastCommits, options, warnings);
        }
      }
      return reading(view, SuperblockLoader.load(view, options), options, warnings);
    } catch (Ext4Exception e) {
      return reading(device, dirty, options, List.of(AS_BEFORE + " (" + e.getMessage() + ")"));
    }
  }

  /** The device with fast commits, or without them where they contradict it, which is said. */
  private static BlockDevice withFastCommits(
      BlockDevice replayed, FastCommitScan fastCommits, OpenOptions options, List<String> warnings)
      throws IOException {
    try {
      Overlay overlay = overlay(replayed, fastCommits, options);
      if (overlay.withoutEffect > 0) {
        warnings.add(passedOver(overlay.withoutEffect));
      }
      return overlay.device;
    } catch (Ext4Exception e) {
      warnings.add("fast commits in the journal are not shown: " + e.getMessage());
      return replayed;
    }
  }

  private record Overlay(BlockDevice device, long withoutEffect) {}

  /** Fast commits change few blocks, which stay in memory. */
  private static Overlay overlay(
      BlockDevice replayed, FastCommitScan fastCommits, OpenOptions options) throws IOException {
    OverlayDevice overlay = OverlayDevice.sharing(replayed);
    SuperblockLoader loaded = SuperblockLoader.load(overlay, options);
    try (Mount mount =
        new Mount(
            new Opening(overlay, loaded, options, Access.FAST_COMMITS, null, 0, null, List.of()))) {
      return new Overlay(overlay, mount.replayFastCommits(fastCommits));
    }
  }
}
