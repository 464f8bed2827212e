package dev.ext4j.fs.campaign;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Many mutants of several images, on several threads. Each mutant is independent of the others. */
final class Campaign {
  private static final long LONGEST_CALL_SECONDS = 10;

  /** The seconds without a finished mutant after which a running call counts as one that hangs. */
  private static final long PATIENCE_SECONDS = 120;

  private static final int MOST_SORTS = 60;

  private final List<CampaignImage> images;
  private final long firstSeed;
  private final long end;
  private final OpinionSource opinions;
  private final AtomicLong next = new AtomicLong();
  private final Map<Thread, Calls> underWay = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private final Map<String, Fault> faults = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, Integer> counts = new TreeMap<>();

  @GuardedBy("this")
  private long longestNanos;

  @GuardedBy("this")
  private String longest = "";

  /** A source of second opinions: one for each thread, or null for none. */
  interface OpinionSource {
    Trial.@Nullable SecondOpinion open() throws IOException;
  }

  /** Makes a campaign of {@code count} mutants, with the seeds from {@code firstSeed} on. */
  Campaign(List<CampaignImage> images, long firstSeed, long count, OpinionSource opinions) {
    this.images = images;
    this.firstSeed = firstSeed;
    this.end = count;
    this.opinions = opinions;
  }

  /** Runs the mutants on a number of threads. A call that does not return ends the campaign. */
  void run(int threads) throws InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "mutants");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < threads; i++) {
      workers.execute(this::work);
    }
    workers.shutdown();
    long still = 0;
    long minute = System.nanoTime();
    for (long seen = -1; !workers.awaitTermination(1, TimeUnit.SECONDS); ) {
      still = seen == next.get() ? still + 1 : 0;
      seen = next.get();
      if (System.nanoTime() - minute > TimeUnit.MINUTES.toNanos(1)) {
        minute = System.nanoTime();
        System.out.println(seen + " of " + end);
      }
      if (hangs(still > PATIENCE_SECONDS ? 0 : LONGEST_CALL_SECONDS)) {
        next.set(end);
        return;
      }
    }
  }

  private boolean hangs(long seconds) {
    for (Map.Entry<Thread, Calls> entry : underWay.entrySet()) {
      String call = entry.getValue().underWayFor(seconds);
      if (call != null) {
        IllegalStateException where = new IllegalStateException("is still under way");
        where.setStackTrace(entry.getKey().getStackTrace());
        note(new Fault(call, where));
        return true;
      }
    }
    return false;
  }

  private void work() {
    try {
      Trial.SecondOpinion second = opinions.open();
      for (long i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
        one(images.get((int) (i % images.size())), firstSeed + i, second);
      }
    } catch (IOException | RuntimeException | Error e) {
      note(new Fault("the campaign itself", e));
    } finally {
      underWay.remove(Thread.currentThread());
    }
  }

  private void one(CampaignImage image, long seed, Trial.@Nullable SecondOpinion second)
      throws IOException {
    Trial trial = new Trial(image, seed, second);
    underWay.put(Thread.currentThread(), trial.calls());
    try {
      trial.run();
      count(trial.end());
    } catch (Fault e) {
      note(e);
    }
    timed(trial.calls());
  }

  private synchronized void timed(Calls calls) {
    if (calls.longestNanos() > longestNanos) {
      longestNanos = calls.longestNanos();
      longest = calls.longest();
    }
  }

  private synchronized void count(String what) {
    if (counts.size() < MOST_SORTS || counts.containsKey(what)) {
      counts.merge(what, 1, Integer::sum);
    }
  }

  private synchronized void note(Fault fault) {
    counts.merge("FAULT " + fault.sort(), 1, Integer::sum);
    if (faults.putIfAbsent(fault.sort(), fault) == null) {
      System.out.println("FAULT " + fault.getMessage()); // the campaign may go on for hours
    }
  }

  /** Returns one fault of each sort. */
  synchronized List<Fault> faults() {
    return new ArrayList<>(faults.values());
  }

  /** Returns the outcomes of the mutants, with their counts. */
  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /** Returns the longest call with its time. */
  synchronized String longest() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos) + " ms: " + longest;
  }
}
