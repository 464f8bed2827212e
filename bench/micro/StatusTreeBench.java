package dev.ext4j.bench;

import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.status.StatusMemory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of lookups and changes of the extent status tree (sorted arrays). It is compared with
 * the alternatives of the JDK: a red-black tree under the same kind of lock, and a skip list.
 */
@org.openjdk.jmh.annotations.State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StatusTreeBench {
  /** The number of runs in the tree. */
  @Param({"10", "10000", "1000000"})
  public int entries;

  private ExtentStatusTree tree;
  private final TreeMap<Long, Mapping> redBlack = new TreeMap<>();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final ConcurrentSkipListMap<Long, Mapping> skipList = new ConcurrentSkipListMap<>();

  /** Fills the trees. Every second block is written, in one-block runs that do not merge. */
  @Setup
  public void fill() {
    tree = new ExtentStatusTree(12, 0, new StatusMemory(new LockOrder("bench", Probes.NONE), Long.MAX_VALUE / 2));
    for (long i = 0; i < entries; i++) {
      Mapping run = new Mapping(2 * i, 1000 + 3 * i, 1, State.WRITTEN);
      tree.insert(run);
      redBlack.put(2 * i, run);
      skipList.put(2 * i, run);
    }
  }

  private long block() {
    return 2L * ThreadLocalRandom.current().nextInt(entries);
  }

  @Benchmark
  public Object lookup() {
    return tree.lookup(block());
  }

  @Benchmark
  @Threads(2)
  public Object lookupByTwo() {
    return tree.lookup(block());
  }

  @Benchmark
  public void insert() {
    long block = block();
    tree.insert(new Mapping(block, 1000 + 3 * (block / 2), 1, State.WRITTEN));
  }

  @Benchmark
  public Object lookupRedBlack() {
    lock.readLock().lock();
    try {
      Map.Entry<Long, Mapping> entry = redBlack.floorEntry(block());
      return entry.getValue().from(entry.getKey(), 1);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Benchmark
  public void insertRedBlack() {
    long block = block();
    lock.writeLock().lock();
    try {
      redBlack.remove(block);
      redBlack.put(block, new Mapping(block, 1000 + 3 * (block / 2), 1, State.WRITTEN));
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Benchmark
  public Object lookupSkipList() {
    Map.Entry<Long, Mapping> entry = skipList.floorEntry(block());
    return entry.getValue().from(entry.getKey(), 1);
  }
}
