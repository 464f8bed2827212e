package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.CompatFeature;
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
 * The result of the steps before a file system is used. The first step checks whether the file
 * system can be opened with the given options. The second step replays the journal if it needs
 * recovery. If the file system is opened for writing, the result of the replay is written to the
 * device. If it is opened for reading, nothing is written, and reads of {@code device} return the
 * state after the replay.
 *
 * @param device the device with which the file system is used
 * @param loaded the superblock after recovery
 * @param options the options that were given
 * @param access the kind of access to the file system
 * @param log the log to which transactions are committed; null if they are committed in place or
 *     nothing is changed
 * @param firstSequence the number of the first transaction that will be written to the log
 * @param recovered the counts of the replay that was written to the device; null if there was none
 * @param warnings the warnings for the user
 */
record Opening(
    BlockDevice device,
    SuperblockLoader loaded,
    MountOptions options,
    Access access,
    @Nullable LogSuperblock log,
    int firstSequence,
    @Nullable Recovered recovered,
    List<String> warnings) {
  /** The counts of a replay that was written to the device. */
  record Recovered(int transactions, long blocks, int fastCommits, long withoutEffect) {
    List<String> messages() {
      return withoutEffect == 0
          ? List.of(message())
          : List.of(message(), ReplayedView.passedOver(withoutEffect));
    }

    private String message() {
      return "the journal was replayed: "
          + counted(transactions, "transaction")
          + ", "
          + counted(blocks, "block")
          + (fastCommits > 0 ? ", " + counted(fastCommits, "fast commit") : "");
    }

    static String counted(long count, String what) {
      return count + " " + what + (count == 1 ? "" : "s");
    }
  }

  /** The kinds of access to the file system. */
  enum Access {
    READ,
    /** Changes, on a file system that did not need recovery. */
    WRITE,
    /**
     * Changes on a file system after a recovery. The free counters may be wrong and are counted
     * again.
     */
    WRITE_RECOVERED,
    /** The replay of fast commits, and no other change. */
    FAST_COMMITS
  }

  /** Checks the file system on a device and replays its journal if it needs recovery. */
  static Opening of(BlockDevice device, MountOptions options) throws IOException {
    SuperblockLoader loaded = SuperblockLoader.load(device, options);
    if (!options.writable()) {
      List<String> warnings = new ArrayList<>();
      if (CutOffDevice.isCutOff(device, loaded.geometry())) {
        warnings.add(CutOffDevice.message(device, loaded.geometry()));
      }
      BlockDevice whole = CutOffDevice.of(device, loaded.geometry());
      return loaded.needsRecovery()
          ? replayed(whole, loaded, options, warnings)
          : reading(whole, loaded, options, warnings);
    }
    checkWritable(device, loaded, options);
    if (loaded.needsRecovery()) {
      return recovered(device, loaded, options);
    }
    return writing(device, loaded, options, Access.WRITE, null);
  }

  private static Opening replayed(
      BlockDevice device, SuperblockLoader dirty, MountOptions options, List<String> warnings)
      throws IOException {
    ReplayedView view = ReplayedView.of(device, dirty, options);
    warnings.addAll(view.warnings());
    SuperblockLoader loaded =
        view.device() == device ? dirty : SuperblockLoader.load(view.device(), options);
    return reading(view.device(), loaded, options, warnings);
  }

  private static void checkWritable(
      BlockDevice device, SuperblockLoader loaded, MountOptions options) throws IOException {
    if (device.readOnly()) {
      throw new FileOperationException(Errno.EROFS, "the device is open for reading only");
    }
    if (options.backupSuperblock() != MountOptions.PRIMARY_SUPERBLOCK) {
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
      BlockDevice device, SuperblockLoader loaded, MountOptions options, List<String> warnings) {
    return new Opening(device, loaded, options, Access.READ, null, 0, null, warnings);
  }

  private static Opening writing(
      BlockDevice device,
      SuperblockLoader loaded,
      MountOptions options,
      Access access,
      @Nullable Recovered recovered)
      throws IOException {
    List<String> warnings = recovered == null ? List.of() : recovered.messages();
    if (!loaded.geometry().features().has(CompatFeature.HAS_JOURNAL)) {
      return new Opening(device, loaded, options, access, null, 0, recovered, warnings);
    }
    LogSuperblock log = LogFinder.find(device, loaded, options);
    JournalSuperblock view = log.view();
    // Transactions that are still in the log are ignored, because the superblock is not marked as
    // needing recovery.
    int last =
        view.startBlock() == 0
            ? view.sequence()
            : Replay.of(log.area(), view, loaded.geometry()).nextSequence();
    return new Opening(device, loaded, options, access, log, last + 1, recovered, warnings);
  }

  /** Replays the journal and writes the result to the device. */
  private static Opening recovered(BlockDevice device, SuperblockLoader dirty, MountOptions options)
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
   * Carries out the whole replay in memory, before the replay on the device. Therefore a replay
   * that must be refused has written nothing. A replay is refused if the log holds a superblock
   * with unknown features, or fast commits that contradict the file system.
   */
  private static void requireReplayable(
      BlockDevice device,
      SuperblockLoader dirty,
      LogSuperblock log,
      Replay replay,
      FastCommitScan fastCommits,
      MountOptions options)
      throws IOException {
    int blockSize = dirty.geometry().blockSize();
    BlockDevice view = new ReplayedDevice(device, blockSize, replay, log.area());
    requireWritable(SuperblockLoader.load(view, options));
    if (fastCommits.commits() > 0) {
      ReplayedView.withFastCommits(view, fastCommits, options);
    }
  }
}
