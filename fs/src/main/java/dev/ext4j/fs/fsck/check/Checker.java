package dev.ext4j.fs.fsck.check;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.MemoryExceededException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.FsckStatistics;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.dir.ConnectivityPass;
import dev.ext4j.fs.fsck.dir.Directories;
import dev.ext4j.fs.fsck.dir.DirectoryPass;
import dev.ext4j.fs.fsck.dir.PathFinder;
import dev.ext4j.fs.fsck.inode.InodePass;
import dev.ext4j.fs.fsck.inode.JournalCheck;
import dev.ext4j.fs.fsck.inode.LinkPass;
import dev.ext4j.fs.fsck.inode.OrphanCheck;
import dev.ext4j.fs.fsck.inode.QuotaCheck;
import dev.ext4j.fs.fsck.inode.ResizeInodeCheck;
import dev.ext4j.fs.fsck.inode.SharedBlocksPass;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.Groups;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.table.Memory;
import dev.ext4j.fs.fsck.table.Workers;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A check of a file system, pass by pass. It does not write to the file system. */
public final class Checker {
  // The shares of the passes in the total time, in thousandths.
  private static final int INODES_SHARE = 600;
  private static final int DIRECTORIES_SHARE = 350;
  private static final int BITMAPS_SHARE = 50;

  private static final long OTHER_THAN_TABLES = 128 << 20;

  private final BlockDevice device;
  private final FsckOptions options;
  private final PassProgress progress;
  private final ProblemLog log;
  private final List<FsckReport.Pass> passes = new ArrayList<>();
  private @Nullable FsckStatistics statistics;
  private @Nullable Directories directories;
  private boolean cancelled;

  /**
   * Creates a check of the content of a device, which must not change during the check.
   *
   * @param progress receives the progress; a {@link CancellationException} from it ends the check,
   *     and the report then has what was found so far
   */
  public Checker(BlockDevice device, FsckOptions options, ProgressListener progress) {
    this.device = device;
    this.options = options;
    this.progress = new PassProgress(progress);
    this.log = new ProblemLog(options.mostProblems());
  }

  /**
   * Runs the check.
   *
   * @throws CorruptionException with NOT_EXT4 or SUPERBLOCK, if no superblock can be used
   * @throws UnsupportedFeatureException if the file system has a feature that this version does not
   *     know
   * @throws MemoryExceededException if the data that cannot be moved to a file needs more memory
   *     than the JVM has
   */
  public FsckReport run() throws IOException {
    try (Memory memory = new Memory(Math.min(options.budget(), mostForTables()))) {
      return run(memory);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (OutOfMemoryError e) {
      throw new MemoryExceededException(
          "the check of this file system needs more memory than the JVM may take"
              + " ("
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB): allow it more with --budget");
    }
  }

  /**
   * Returns the largest number of bytes of the heap that tables may use, whatever the budget is.
   * The passes need the rest of the heap.
   */
  private static long mostForTables() {
    long heap = Runtime.getRuntime().maxMemory();
    return Math.max(heap / 2, heap - OTHER_THAN_TABLES);
  }

  private FsckReport run(Memory memory) throws IOException {
    long start = System.nanoTime();
    CheckedImage image = new SuperblockSearch(device, log).find(options);
    FsckState state = before(image, memory);
    log.endPass();
    passes.add(new FsckReport.Pass("superblock", System.nanoTime() - start, image.bytesRead()));
    if (state != null && !log.has(Problem.Severity.FATAL)) {
      statistics = state.statistics();
      try {
        passes(image, state);
      } catch (CancellationException e) {
        cancelled = true;
        log.endPass();
      }
    }
    List<Problem> problems = log.problems();
    if (state != null && directories != null && !cancelled) {
      problems = new PathFinder(state, directories).resolve(problems);
    }
    return new FsckReport(problems, log.counts(), statistics, passes, cancelled);
  }

  /**
   * Performs all checks that come before the first pass.
   *
   * @return the state for the passes; null if no pass is possible
   */
  private @Nullable FsckState before(CheckedImage image, Memory memory) throws IOException {
    new SuperblockCheck(image, log).run(options.now());
    if (log.has(Problem.Severity.FATAL)) {
      return null;
    }
    new BackupCheck(image, log).run();
    GroupCheck check = new GroupCheck(image, log);
    Groups groups = check.choose();
    check.run(groups);
    if (!image.isPrimary()) {
      groups.distrustAll(); // flags and counts in backup descriptors are out of date
    }
    FsckState state = FsckState.of(image, memory, groups, log);
    new MmpCheck(state).run();
    new JournalCheck(state, options.journalDevice()).run();
    String unreplayed = options.unreplayed();
    if (unreplayed != null) {
      log.add(Problem.of(ProblemCode.JOURNAL_UNREPLAYABLE).name(unreplayed));
    }
    new ResizeInodeCheck(state).run();
    boolean recovered =
        options.afterRecovery() && image.geometry().features().has(IncompatFeature.RECOVER);
    Set<Long> orphans = new OrphanCheck(state, recovered).run();
    if (options.afterRecovery() && !orphans.isEmpty()) {
      log.add(Problem.of(ProblemCode.ORPHANS_WAITING).found(orphans.size()));
      state.orphans().addAll(orphans);
    }
    return state;
  }

  private void passes(CheckedImage image, FsckState state) throws IOException {
    int threads = options.threads();
    progress.begin(INODES_SHARE);
    pass("inodes", image, () -> directories = inodes(state, threads));
    Directories found = directories;
    if (found == null || log.has(Problem.Severity.FATAL)) {
      return;
    }
    ConnectivityPass connectivity = new ConnectivityPass(state, found);
    if (!connectivity.hasRoot()) {
      return;
    }
    progress.begin(DIRECTORIES_SHARE);
    pass("directories", image, () -> new DirectoryPass(state, found, progress).run(threads));
    pass("names", image, () -> new RepeatedNames(state, found).run());
    pass("connectivity", image, connectivity::run);
    pass("links", image, () -> new LinkPass(state).run());
    progress.begin(BITMAPS_SHARE);
    pass("bitmaps", image, () -> new BitmapPass(state, progress).run(threads));
    pass("quota", image, () -> new QuotaCheck(state).run());
  }

  private Directories inodes(FsckState state, int threads) throws IOException {
    Directories found = new InodePass(state, progress).run(threads);
    state.xattrs().report(log);
    boolean sharing = state.image().geometry().features().has(RoCompatFeature.SHARED_BLOCKS);
    if (!sharing && !state.claims().repeated().isEmpty()) {
      new SharedBlocksPass(state).run();
    }
    return found;
  }

  private void pass(String name, CheckedImage image, Workers.Work work) throws IOException {
    long start = System.nanoTime();
    long read = image.bytesRead();
    work.run();
    log.endPass();
    passes.add(new FsckReport.Pass(name, System.nanoTime() - start, image.bytesRead() - read));
  }
}
