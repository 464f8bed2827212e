package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.cli.crash.SweepReport.Failure;
import dev.ext4j.cli.crash.SweepReport.Outcome;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A judge of all selected states of a plan, with several worker threads. The workers take the
 * states in the order of the plan, so that each of them only rolls its disks forward.
 */
public final class Sweep {
  static final int WHOLE_BLOCKS = Integer.MAX_VALUE;

  private final WriteLog log;
  private final BlockDevice base;
  private final Window window;
  private final SweepOptions options;
  private final ProgressListener progress;
  private final CrashPlan plan;
  private final int[] marks;
  private final TouchedRanges touched;
  private final long[] selection;
  private final SweepReport report;
  private final BitSet dataChunks;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final Set<Key> seen = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The key of equal states: they have the same content and are compared with the same trees. */
  private record Key(DiskPages.Sum content, int passed) {}

  private Sweep(
      WriteLog log,
      BlockDevice base,
      Window window,
      SweepOptions options,
      ProgressListener progress)
      throws IOException {
    this.log = log;
    this.base = base;
    this.window = window;
    this.options = options;
    this.progress = progress;
    plan = new CrashPlan(log, options, window.superblockByte());
    marks = plan.marks();
    touched = TouchedRanges.of(log, window.startByte());
    selection = plan.selection();
    report = new SweepReport(recording(), plan.total(), selection.length);
    dataChunks = JudgedImage.dataChunks(window, base);
  }

  /**
   * Judges the states that a crash during the changes of a log could leave.
   *
   * @param log the changes that a command made to {@code base}
   * @param base the disk before the command, which is only read
   * @param window the range of the disk with the file system
   * @param progress the listener for the number of judged states
   * @throws IOException if the log does not fit the disk, or if the judges cannot do their work
   */
  public static SweepReport run(
      WriteLog log,
      BlockDevice base,
      Window window,
      SweepOptions options,
      ProgressListener progress)
      throws IOException {
    requireFit(log, base);
    Sweep sweep = new Sweep(log, base, window, options, progress);
    Path keep = options.keep();
    if (keep != null) {
      Files.createDirectories(keep);
    }
    int firstAsAfter = sweep.judgeBase();
    if (sweep.report.faultOfBase().isEmpty()) {
      sweep.judgeAll(firstAsAfter);
    }
    return sweep.report;
  }

  private static void requireFit(WriteLog log, BlockDevice base) throws IOException {
    for (int entry = 0; entry < log.size(); entry++) {
      if (log.byteCount(entry) > base.size() - log.byteOffset(entry)) {
        throw new IOException(
            "entry "
                + entry
                + " of the log changes bytes beyond the end of the image: it belongs to another");
      }
    }
  }

  private SweepReport.Recording recording() {
    long writeCount = 0;
    long flushCount = 0;
    long byteCount = 0;
    for (int entry = 0; entry < log.size(); entry++) {
      writeCount += log.isChange(entry) ? 1 : 0;
      flushCount += log.type(entry) == WriteLog.Type.FLUSH ? 1 : 0;
      byteCount += log.byteCount(entry);
    }
    return new SweepReport.Recording(
        writeCount, flushCount, plan.epochCount(), byteCount, marks.length);
  }

  /**
   * Judges the image before the command. Returns the first milestone at which the files are as
   * after the command. This is the last milestone, or the one before it if both trees are equal.
   */
  private int judgeBase() throws IOException {
    Milestones milestones = new Milestones(log, base, window, marks);
    int last = milestones.count() - 1;
    try (StateJudge judge = judge("base", milestones, last)) {
      CrashDisk disk = new CrashDisk(log, base, options.sectorSize());
      CrashDisk.State state = disk.at(CrashPoint.BASE);
      StateJudge.Judgement judgement = judge.judge(CrashKind.PREFIX, state, disk.durablePages(), 0);
      report.setFaultOfBase(judgement.fault());
      if (!judgement.fault().isEmpty() || last == 1) {
        return last;
      }
      ContentOracle oracle =
          new ContentOracle(
              milestones.tree(last - 1), milestones.tree(last - 1), touched, true, WHOLE_BLOCKS);
      return oracle.compare(milestones.tree(last), false).isGood() ? last - 1 : last;
    }
  }

  private StateJudge judge(String name, Milestones milestones, int firstAsAfter)
      throws IOException {
    JudgedImage image =
        new JudgedImage(options.scratch().resolve(name + ".img"), window, base, dataChunks);
    Path output = options.scratch().resolve(name + ".out");
    return new StateJudge(options, window, touched, milestones, firstAsAfter, image, output);
  }

  private void judgeAll(int firstAsAfter) throws IOException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < Math.max(1, options.jobs()); i++) {
      String name = "sweep-" + i;
      Thread worker = new Thread(() -> work(name, firstAsAfter), name);
      workers.add(worker);
      worker.start();
    }
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      workers.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("the sweep");
      interrupted.initCause(e);
      throw interrupted;
    }
    Throwable failed = failure.get();
    if (failed instanceof IOException io) {
      throw io;
    }
    if (failed != null) {
      throw new IllegalStateException("a worker of the sweep failed", failed);
    }
  }

  private void work(String name, int firstAsAfter) {
    try (StateJudge judge = judge(name, new Milestones(log, base, window, marks), firstAsAfter)) {
      CrashDisk disk = new CrashDisk(log, base, options.sectorSize());
      int index = next.getAndIncrement();
      while (index < selection.length && failure.get() == null) {
        judge(plan.point(selection[index]), disk, judge);
        synchronized (progress) {
          progress.progress(done.incrementAndGet(), selection.length);
        }
        index = next.getAndIncrement();
      }
    } catch (Throwable e) { // passed to the waiting thread
      failure.compareAndSet(null, e);
    }
  }

  private void judge(CrashPoint point, CrashDisk disk, StateJudge judge) throws IOException {
    CrashDisk.State state = disk.at(point);
    judge.image().outdate(disk.takeNewlyDurable());
    int passed = judge.passedBefore(point.cut());
    if (!seen.add(new Key(state.content().sum(), passed))) {
      report.addSame(point.kind());
      return;
    }
    StateJudge.Judgement judgement = judge.judge(point.kind(), state, disk.durablePages(), passed);
    report.addJudged(point.kind(), judgement.outcome(), judgement.repaired());
    if (judgement.outcome() == Outcome.BAD) {
      report.addFailure(
          new Failure(
              point.number(),
              point.kind(),
              point.epoch(),
              point.cut(),
              point.what(),
              judgement.fault(),
              keep(point, state, disk)));
    }
  }

  private @Nullable String keep(CrashPoint point, CrashDisk.State state, CrashDisk disk)
      throws IOException {
    Path folder = options.keep();
    if (folder == null) {
      return null;
    }
    Path path = folder.resolve("state-" + point.number() + ".img");
    JudgedImage.save(path, window, base, dataChunks, state, disk.durablePages());
    return path.toString();
  }
}
