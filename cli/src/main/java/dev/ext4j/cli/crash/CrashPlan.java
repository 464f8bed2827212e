package dev.ext4j.cli.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The plan of a sweep: the states that a crash during the recorded changes could leave, numbered in
 * the order of the log. Only the start of each epoch is kept in memory. A state is built from its
 * number. Its random choices depend only on the seed and the number, so that the state can be built
 * again separately.
 *
 * <p>The states of an epoch with n changes are:
 *
 * <ul>
 *   <li>every prefix of the changes,
 *   <li>every prefix with the next change torn in three ways, if that change has several sectors,
 *   <li>all changes without one of them, and a random prefix without one of its changes,
 *   <li>every change alone, and
 *   <li>random subsets, or all subsets if n is at most {@link #ALL_SUBSETS}.
 * </ul>
 *
 * <p>The superblock is torn only if {@link SweepOptions#tearSuperblock} is set.
 */
final class CrashPlan {
  static final int ALL_SUBSETS = 6;
  private static final int TEARS = 3;
  private static final int DROPS = 2;
  private static final double[] CHANCES = {0.2, 0.5, 0.8};
  private static final long SEED_STEP = 0x9E3779B97F4A7C15L;

  private final WriteLog log;
  private final SweepOptions options;
  private final long superblockByte;
  private final List<Epoch> epochs = new ArrayList<>();
  private final long total;

  /** The epoch that was used last. The fields below describe it. */
  private int loadedEpoch = -1;

  private int[] changes = {};
  private int[] tearable = {};

  /**
   * The log entries between two flushes.
   *
   * @param start the first entry
   * @param end the entry of the flush that ends the epoch, or the end of the log
   * @param changeCount the number of entries that change bytes
   * @param tearableCount the number of changes of more than one sector
   * @param firstNumber the number of the first crash state of this epoch in the plan
   */
  private record Epoch(int start, int end, int changeCount, int tearableCount, long firstNumber) {}

  CrashPlan(WriteLog log, SweepOptions options, long superblockByte) {
    this.log = log;
    this.options = options;
    this.superblockByte = superblockByte;
    long number = 0;
    int start = 0;
    int changeCount = 0;
    int tearableCount = 0;
    for (int entry = 0; entry <= log.size(); entry++) {
      if (entry == log.size() || log.type(entry) == WriteLog.Type.FLUSH) {
        Epoch epoch = new Epoch(start, entry, changeCount, tearableCount, number);
        epochs.add(epoch);
        for (CrashKind kind : CrashKind.values()) {
          number += count(epoch, kind);
        }
        start = entry + 1;
        changeCount = 0;
        tearableCount = 0;
      } else if (log.isChange(entry)) {
        changeCount++;
        tearableCount += isTearable(entry) ? 1 : 0;
      }
    }
    total = number;
  }

  /** Returns the number of states. */
  long total() {
    return total;
  }

  int epochCount() {
    return epochs.size();
  }

  /**
   * Returns the numbers of the states to examine, ascending. These are the states that the options
   * name, or otherwise all states, or a random choice if there are too many.
   */
  long[] selection() {
    Set<Long> wanted = options.states();
    if (!wanted.isEmpty()) {
      return wanted.stream().mapToLong(n -> n).filter(n -> n < total).sorted().toArray();
    }
    int count = (int) Math.min(total, options.maxStates());
    long[] selected = new long[count];
    SplittableRandom random = new SplittableRandom(options.seed());
    int chosen = 0;
    // Each number is chosen with a probability that leaves exactly the wanted number of states.
    for (long number = 0; chosen < count; number++) {
      if (count - chosen == total - number || random.nextLong(total - number) < count - chosen) {
        selected[chosen++] = number;
      }
    }
    return selected;
  }

  private long count(Epoch epoch, CrashKind kind) {
    if (!options.kinds().contains(kind)) {
      return 0;
    }
    long n = epoch.changeCount;
    return switch (kind) {
      case PREFIX -> n + 1;
      case TORN -> (long) TEARS * epoch.tearableCount;
      case DROP -> DROPS * n;
      case ONLY -> n;
      case SUBSET -> n < 2 ? 0 : n <= ALL_SUBSETS ? 1L << n : options.subsets();
    };
  }

  private boolean isTearable(int entry) {
    return log.isChange(entry) && sectorCount(entry) > 1;
  }

  private int sectorCount(int entry) {
    long first = log.byteOffset(entry) / options.sectorSize();
    long last = (log.byteOffset(entry) + log.byteCount(entry) - 1) / options.sectorSize();
    return (int) Math.min(Integer.MAX_VALUE, last - first + 1);
  }

  /** Returns the crash state with the number {@code number} in the plan. */
  synchronized CrashPoint point(long number) {
    int index = epochOf(number);
    Epoch epoch = epochs.get(index);
    load(index, epoch);
    long ordinal = number - epoch.firstNumber;
    for (CrashKind kind : CrashKind.values()) {
      long count = count(epoch, kind);
      if (ordinal < count) {
        SplittableRandom random = new SplittableRandom(options.seed() + SEED_STEP * (number + 1));
        return point(epoch, index, kind, (int) ordinal, random).numbered(number);
      }
      ordinal -= count;
    }
    throw new AssertionError(number);
  }

  private int epochOf(long number) {
    int low = 0;
    int high = epochs.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (epochs.get(middle).firstNumber <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void load(int index, Epoch epoch) {
    if (loadedEpoch == index) {
      return;
    }
    loadedEpoch = index;
    changes = new int[epoch.changeCount];
    tearable = new int[epoch.tearableCount];
    int count = 0;
    int tearableCount = 0;
    for (int entry = epoch.start; entry < epoch.end; entry++) {
      if (log.isChange(entry)) {
        if (isTearable(entry)) {
          tearable[tearableCount++] = count;
        }
        changes[count++] = entry;
      }
    }
  }

  private CrashPoint point(
      Epoch epoch, int index, CrashKind kind, int ordinal, SplittableRandom random) {
    int n = epoch.changeCount;
    switch (kind) {
      case PREFIX -> {
        int cut = ordinal == n ? epoch.end : ordinal == 0 ? epoch.start : changes[ordinal - 1] + 1;
        return inOrder(kind, index, epoch, cut, "the first " + ordinal + " of " + n + " writes");
      }
      case TORN -> {
        return torn(index, epoch, tearable[ordinal / TEARS], ordinal % TEARS, random);
      }
      case DROP -> {
        int dropped = ordinal / DROPS;
        boolean ofAll = ordinal % DROPS == 0 || dropped == n - 1;
        int length = ofAll ? n : dropped + 1 + random.nextInt(n - dropped);
        BitSet kept = new BitSet();
        kept.set(0, length);
        kept.clear(dropped);
        String what = "the first " + length + " of " + n + " writes without write " + dropped;
        return chosen(kind, index, epoch, kept, what);
      }
      case ONLY -> {
        BitSet kept = new BitSet();
        kept.set(ordinal);
        return chosen(kind, index, epoch, kept, "of " + n + " writes only write " + ordinal);
      }
      case SUBSET -> {
        BitSet kept = n <= ALL_SUBSETS ? BitSet.valueOf(new long[] {ordinal}) : some(n, random);
        String which = n <= 2 * ALL_SUBSETS ? " " + kept : "";
        return chosen(
            kind, index, epoch, kept, kept.cardinality() + " of " + n + " writes" + which);
      }
    }
    throw new AssertionError(kind);
  }

  private static BitSet some(int count, SplittableRandom random) {
    double chance = CHANCES[random.nextInt(CHANCES.length)];
    BitSet kept = new BitSet();
    for (int i = 0; i < count; i++) {
      kept.set(i, random.nextDouble() < chance);
    }
    return kept;
  }

  private static CrashPoint inOrder(CrashKind kind, int index, Epoch epoch, int cut, String what) {
    return new CrashPoint(0, kind, index, epoch.start, cut, null, CrashPoint.NONE, null, what);
  }

  /**
   * Returns a state that keeps only some changes of an epoch. {@code kept} has the indexes of these
   * changes. The crash is at the end of the epoch and loses the other changes.
   */
  private CrashPoint chosen(CrashKind kind, int index, Epoch epoch, BitSet kept, String what) {
    BitSet entries = new BitSet();
    kept.stream().forEach(i -> entries.set(changes[i] - epoch.start));
    return new CrashPoint(
        0, kind, index, epoch.start, epoch.end, entries, CrashPoint.NONE, null, what);
  }

  private CrashPoint torn(int index, Epoch epoch, int change, int how, SplittableRandom random) {
    int entry = changes[change];
    int sectorCount = sectorCount(entry);
    int middle = 1 + random.nextInt(sectorCount - 1);
    BitSet sectors;
    switch (how) {
      case 0 -> {
        sectors = new BitSet();
        sectors.set(0, middle);
      }
      case 1 -> {
        sectors = new BitSet();
        sectors.set(middle, sectorCount);
      }
      default -> sectors = some(sectorCount, random);
    }
    if (!options.tearSuperblock()) {
      keepSuperblockWhole(entry, sectors);
    }
    String what =
        "the first "
            + change
            + " of "
            + epoch.changeCount
            + " writes and "
            + sectors.cardinality()
            + " of "
            + sectorCount
            + " sectors of the next";
    return new CrashPoint(
        0, CrashKind.TORN, index, epoch.start, entry + 1, null, entry, sectors, what);
  }

  /**
   * Keeps or loses the superblock as a whole. The checksum of the superblock is in its last sector,
   * and also covers its first sector. If a disk with small sectors tears the superblock, no ext4
   * driver can mount the file system.
   */
  private void keepSuperblockWhole(int entry, BitSet sectors) {
    long start = log.byteOffset(entry);
    long end = start + log.byteCount(entry);
    long from = Math.max(start, superblockByte);
    long to = Math.min(end, superblockByte + Window.SUPERBLOCK_SIZE);
    if (from < to) {
      int first = (int) (from / options.sectorSize() - start / options.sectorSize());
      int last = (int) ((to - 1) / options.sectorSize() - start / options.sectorSize());
      sectors.set(first, last + 1, sectors.get(first));
    }
  }

  /** Returns the entries that are marks, ascending. */
  int[] marks() {
    int[] marks = new int[log.size()];
    int count = 0;
    for (int entry = 0; entry < log.size(); entry++) {
      if (log.type(entry) == WriteLog.Type.MARK) {
        marks[count++] = entry;
      }
    }
    return Arrays.copyOf(marks, count);
  }
}
