package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.mount.ReplayedView;
import java.io.IOException;
import java.util.List;

/** A check of a whole file system. The check writes nothing to the device. */
public final class Fsck {
  /**
   * The state that is checked if the journal holds changes that have not been written to their home
   * blocks.
   */
  public enum View {
    /** The state after a replay of the journal in memory. */
    REPLAYED,
    /** The state on disk. */
    ON_DISK
  }

  /**
   * The result of a check.
   *
   * @param report the report of the check
   * @param warnings facts about the checked state that the user should know
   */
  public record Outcome(FsckReport report, List<String> warnings) {
    /** Copies the list. */
    public Outcome {
      warnings = List.copyOf(warnings);
    }
  }

  private Fsck() {}

  /**
   * Checks the file system on a device. If the options name a backup superblock, the state on disk
   * is checked, whatever {@code view} is.
   *
   * @param progress receives the progress of the check; a {@link
   *     java.util.concurrent.CancellationException} from it ends the check, and the report then has
   *     what was found so far
   * @throws CorruptionException with NOT_EXT4 or SUPERBLOCK if no superblock can be used
   * @throws UnsupportedFeatureException if the file system has a feature that this version cannot
   *     check
   * @throws dev.ext4j.fs.error.MemoryExceededException if the check needs more memory than the JVM
   *     has
   */
  public static Outcome check(
      BlockDevice device, FsckOptions options, View view, ProgressListener progress)
      throws IOException {
    if (view == View.ON_DISK || options.backupSuperblock() != 0) {
      return new Outcome(new Checker(device, options, progress).run(), List.of());
    }
    MountOptions reading = MountOptions.readOnly();
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
