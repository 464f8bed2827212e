package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.fsck.Checker;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.mount.ReplayedView;
import java.io.IOException;
import java.util.List;

/** A check of a whole file system. Nothing is written. */
public final class Fsck {
  /** Which state is checked, where the journal holds what has not reached its place yet. */
  public enum View {
    /** As it will be after the replay, which is done in memory. */
    REPLAYED,
    /** As it is on disk. */
    ON_DISK
  }

  /**
   * What was found.
   *
   * @param report of the check
   * @param warnings what the user should know of the state that was checked
   */
  public record Outcome(FsckReport report, List<String> warnings) {
    /** Copies the list. */
    public Outcome {
      warnings = List.copyOf(warnings);
    }
  }

  private Fsck() {}

  /**
   * Checks what a device holds.
   *
   * @throws CorruptionException NOT_EXT4 or SUPERBLOCK where no superblock can be used
   * @throws UnsupportedFeatureException if the file system has what this version does not know
   */
  public static Outcome check(
      BlockDevice device, FsckOptions options, View view, ProgressListener progress)
      throws IOException {
    if (view == View.ON_DISK || options.backupSuperblock() != 0) {
      return new Outcome(new Checker(device, options, progress).run(), List.of());
    }
    OpenOptions reading = OpenOptions.readOnly();
    if (options.journalDevice() != null) {
      reading = reading.withJournalDevice(options.journalDevice());
    }
    ReplayedView replayed = ReplayedView.of(device, reading);
    FsckReport report =
        new Checker(replayed.device(), options.asAfterRecovery(replayed.unreplayed()), progress)
            .run();
    return new Outcome(report, replayed.warnings());
  }
}
