package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.cli.crash.ContentOracle.Finding;
import dev.ext4j.cli.crash.ContentOracle.Likeness;
import dev.ext4j.cli.crash.SweepReport.Outcome;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Ext4Probe;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.model.FileSystemInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A judge of crash states, one after another. For each state it calls the checker, recovers the
 * file system and compares every file.
 */
final class StateJudge implements Closeable {
  private final SweepOptions options;
  private final Window window;
  private final TouchedRanges touched;
  private final Milestones milestones;
  private final int firstAsAfter;
  private final JudgedImage image;
  private final Path output;

  /**
   * Creates a judge.
   *
   * @param firstAsAfter the first milestone at which the files are as after the command
   * @param output a file for the output of programs
   */
  StateJudge(
      SweepOptions options,
      Window window,
      TouchedRanges touched,
      Milestones milestones,
      int firstAsAfter,
      JudgedImage image,
      Path output) {
    this.options = options;
    this.window = window;
    this.touched = touched;
    this.milestones = milestones;
    this.firstAsAfter = firstAsAfter;
    this.image = image;
    this.output = output;
  }

  /**
   * The judgement on one crash state.
   *
   * @param outcome whether the files are as before, as after, in between, or bad
   * @param fault what is wrong, in words; empty if nothing is
   * @param repaired whether the image had to be repaired first
   */
  record Judgement(Outcome outcome, String fault, boolean repaired) {}

  /**
   * Judges a state.
   *
   * @param passed the last milestone that was passed before the crash
   */
  Judgement judge(CrashKind kind, CrashDisk.State state, Set<Long> durablePages, int passed)
      throws IOException {
    // User data that is overwritten in place may be torn, because a file system promises no more
    // than the disk does.
    int sectorSize = kind == CrashKind.TORN ? options.sectorSize() : Sweep.WHOLE_BLOCKS;
    try {
      BlockDevice crashed = window.on(state.content().disk());
      ImageChecker.Verdict verdict = check(kind, crashed, state, durablePages);
      if (!verdict.fault().isEmpty()) {
        return new Judgement(Outcome.BAD, verdict.fault(), verdict.repaired());
      }
      return verdict.repaired()
          ? judgeRepaired(passed, sectorSize)
          : judgeCrashed(crashed, passed, sectorSize);
    } catch (Ext4Exception e) {
      return new Judgement(Outcome.BAD, "ext4j cannot read it: " + e.getMessage(), false);
    }
  }

  private ImageChecker.Verdict check(
      CrashKind kind, BlockDevice crashed, CrashDisk.State state, Set<Long> durablePages)
      throws IOException {
    if (!options.checker().isAsked()) {
      return new ImageChecker.Verdict("", false, false);
    }
    FileSystemInfo info = null;
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(crashed, OpenOptions.readOnly())) {
      info = fileSystem.info();
    } catch (CorruptionException e) {
      // The superblock has a checksum and is not protected by a journal. If it is torn, the checker
      // has to restore it from a backup.
      if (kind != CrashKind.TORN || e.kind() != CorruptionException.Kind.SUPERBLOCK_CHECKSUM) {
        throw e;
      }
    }
    image.become(state, durablePages);
    ImageChecker.Verdict verdict = options.checker().check(image.path(), info, output);
    if (verdict.changed()) {
      image.outdate();
    }
    return verdict;
  }

  private Judgement judgeCrashed(BlockDevice crashed, int passed, int sectorSize)
      throws IOException {
    BlockDevice recovered = options.recovery().recovered(crashed);
    try (FileTree tree = FileTree.of(recovered)) {
      // A replay may also write to blocks that the log of writes does not touch.
      return judge(
          tree, passed, recovered == crashed && !tree.info().needsRecovery(), false, sectorSize);
    }
  }

  private Judgement judgeRepaired(int passed, int sectorSize) throws IOException {
    DeviceAddress address =
        new DeviceAddress(image.path().toString(), new DeviceAddress.Place.Offset(0));
    try (BlockDevice file = Devices.open(address, AccessMode.READ_ONLY, new Ext4Probe());
        FileTree tree = FileTree.of(file)) {
      return judge(tree, passed, false, true, sectorSize);
    }
  }

  private Judgement judge(
      FileTree tree, int passed, boolean logIsAll, boolean repaired, int sectorSize)
      throws IOException {
    FileTree before = milestones.tree(passed);
    FileTree after = milestones.tree(passed + 1);
    Finding finding =
        new ContentOracle(before, after, touched, options.atomic(), sectorSize)
            .compare(tree, logIsAll);
    if (!finding.isGood()) {
      return new Judgement(Outcome.BAD, finding.fault(), repaired);
    }
    return new Judgement(outcome(finding.likeness(), passed), "", repaired);
  }

  private Outcome outcome(Likeness likeness, int passed) {
    if (likeness == Likeness.PARTS_OF_BOTH) {
      return Outcome.BETWEEN;
    }
    int milestone = likeness == Likeness.AS_AFTER ? passed + 1 : passed;
    if (milestone >= firstAsAfter) {
      return Outcome.AS_AFTER;
    }
    return milestone == 0 ? Outcome.AS_BEFORE : Outcome.BETWEEN;
  }

  JudgedImage image() {
    return image;
  }

  int passedBefore(int cut) {
    return milestones.passedBefore(cut);
  }

  @Override
  public void close() throws IOException {
    try (image) {
      milestones.close();
    }
  }
}
