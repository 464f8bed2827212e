package dev.ext4j.fs.status;

import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extent status tree of one inode ({@code i_es_tree} in the kernel). It holds the cached
 * mapping as disjoint runs that are written, unwritten, holes or delayed.
 *
 * <p>Runs that are written, unwritten or holes can be read again from disk, and may be dropped at
 * any time. Delayed runs exist only here and are never dropped. Every mapping request reads this
 * tree first and relies on the result. Therefore the tree must not contradict the mapping on disk
 * at any time at which a thread may read it (the rule in docs/PROTOCOL.md).
 *
 * <p><b>Threads.</b> {@link Rank#EXTENT_STATUS} is held for one look-up or change, and never while
 * the thread blocks. Changes of the mapping ({@link #insert}, {@link #insertDelayed}, {@link
 * #remove}) are made under the exclusive tree lock. The mapping on disk may be cached ({@link
 * #cache}) under the shared tree lock. Each change of the mapping raises a count. A thread that has
 * looked up a mapping and holds the lock of the page may still use the mapping while the count is
 * the same.
 */
public final class ExtentStatusTree {
  private final RankedLock lock;
  private final Probes probes;
  private final StatusMemory memory;
  private final StatusRuns known;
  private final RunTable runs;
  private volatile ReservedClusters reserved = ReservedClusters.NONE;

  // The lock guards these fields. The callers of the methods conflict, account and dropFrom hold
  // the lock.
  private long sequence;
  private boolean isListed;
  private long clockHand;

  private volatile boolean precached;

  /**
   * Creates an empty tree.
   *
   * @param clusterBits log2 of the number of blocks of a cluster
   */
  public ExtentStatusTree(long inodeNumber, int clusterBits, StatusMemory memory) {
    this.lock = memory.order().lock(Rank.EXTENT_STATUS, inodeNumber, "extent status lock");
    this.probes = memory.order().probes();
    this.known = new StatusRuns(clusterBits);
    this.runs = known.table();
    this.memory = memory;
  }

  /** Sets the receiver of reservations that delayed blocks no longer need. */
  public void reserveFrom(ReservedClusters newReserved) {
    reserved = newReserved;
  }

  /**
   * The cached mapping of a block.
   *
   * @param mapping the mapping from the block to the end of the run
   * @param cookie the count of changes when the mapping was looked up
   */
  public record Known(Mapping mapping, long cookie) {}

  /**
   * Returns the cached mapping from a block to the end of its run, or null if the block is not
   * cached.
   */
  public @Nullable Known lookup(long logicalBlock) {
    try (RankedLock.Held held = lock.shared()) {
      long at = runs.atOrBefore(logicalBlock);
      if (at == RunTable.NONE || runs.end(at) <= logicalBlock) {
        return null;
      }
      runs.setReferenced(at, true);
      return new Known(runs.run(at).from(logicalBlock, Long.MAX_VALUE), sequence);
    }
  }

  /** Returns the count of changes. It never falls, and rises with each change of the mapping. */
  public long sequence() {
    try (RankedLock.Held held = lock.shared()) {
      return sequence;
    }
  }

  /**
   * Returns the first delayed run that ends after block {@code from} and begins before block {@code
   * end}, or null.
   */
  public @Nullable Mapping nextDelayed(long from, long end) {
    try (RankedLock.Held held = lock.shared()) {
      return known.nextDelayed(from, end);
    }
  }

  /** The result of {@link #cache}. */
  public enum Outcome {
    /** The run was entered into the tree. */
    NOTED,
    /** The tree contained the run already. */
    KNOWN,
    /**
     * The run is a hole on disk that contains a block which is delayed in this tree. Delayed blocks
     * are holes on disk, so nothing was entered.
     */
    DELAYED
  }

  /**
   * Enters a run of the mapping on disk into the tree ({@code ext4_es_cache_extent}). The call
   * never changes the state of a block that the tree contains, and does not count as a change. The
   * caller holds the tree lock, at least shared.
   *
   * @throws ProtocolException if the run contradicts the tree: a thread has changed the mapping on
   *     disk without updating this tree, or has entered a run without the right to do so
   */
  public Outcome cache(Mapping mapping) {
    Outcome outcome;
    try (RankedLock.Held held = lock.exclusive()) {
      outcome = conflict(mapping);
      if (outcome == Outcome.NOTED) {
        int before = known.reclaimableRoom();
        known.remove(mapping.logicalBlock(), mapping.logicalEnd());
        known.add(mapping);
        account(before);
      }
    }
    if (outcome == Outcome.NOTED) {
      tell("cache", mapping);
    }
    memory.trim();
    return outcome;
  }

  private void tell(String what, Object detail) {
    if (probes.hears(Trace.ES)) {
      probes.tell(Trace.ES, lock.inodeNumber(), what, detail);
    }
  }

  private Outcome conflict(Mapping mapping) {
    for (long at = runs.endingBehind(mapping.logicalBlock());
        at != RunTable.NONE && runs.start(at) < mapping.logicalEnd();
        at = runs.next(at)) {
      Mapping there = runs.run(at);
      if (there.state() == State.DELAYED && mapping.state() == State.HOLE) {
        if (probes.takes(Safeguard.CACHE_KEEPS_DELAYED)) {
          return Outcome.DELAYED;
        }
      } else if (!there.agreesWith(mapping)) {
        throw new ProtocolException("the disk says " + mapping + ", known is " + there);
      } else if (there.logicalBlock() <= mapping.logicalBlock()
          && there.logicalEnd() >= mapping.logicalEnd()) {
        return Outcome.KNOWN;
      }
    }
    return Outcome.NOTED;
  }

  /**
   * Records the new mapping of a run ({@code ext4_es_insert_extent}). The caller holds the tree
   * lock exclusively.
   *
   * @param used whether the delayed blocks in the run were allocated from the space reserved for
   *     them
   */
  public void insert(Mapping mapping, boolean used) {
    if (mapping.state() == State.DELAYED) {
      throw new IllegalArgumentException("delayed blocks are inserted as such: " + mapping);
    }
    long released;
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      released = known.remove(mapping.logicalBlock(), mapping.logicalEnd());
      known.add(mapping);
      if (mapping.isAllocated()) {
        released += known.allocated(mapping);
      }
      sequence++;
      account(before);
    }
    tell("insert", mapping);
    release(released, used);
    memory.trim();
  }

  /**
   * Same as {@link #insert(Mapping, boolean)}, but for blocks that were not allocated from reserved
   * space.
   */
  public void insert(Mapping mapping) {
    insert(mapping, false);
  }

  /**
   * Enters delayed blocks into the tree ({@code ext4_es_insert_delayed_extent}). The caller has
   * reserved space for them. It has held the tree lock exclusively since it looked up that the
   * range is not mapped.
   *
   * @param firstAllocated whether the cluster of the first block has an allocated block
   * @param lastAllocated whether the cluster of the last block has an allocated block; false if the
   *     first block is in the same cluster
   */
  public void insertDelayed(
      long logicalBlock, long blockCount, boolean firstAllocated, boolean lastAllocated) {
    Mapping delayed = new Mapping(logicalBlock, 0, blockCount, State.DELAYED);
    long released;
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      long end = logicalBlock + blockCount;
      released = known.remove(logicalBlock, end);
      known.add(delayed);
      if (firstAllocated) {
        known.setPending(logicalBlock);
      }
      if (lastAllocated) {
        known.setPending(end - 1);
      }
      sequence++;
      account(before);
    }
    tell("delay", delayed);
    release(released, false);
    memory.trim();
  }

  /**
   * Removes {@code [first, end)}, delayed blocks included, and releases the space reserved for the
   * delayed blocks ({@code ext4_es_remove_extent}). The call counts as a change even if the tree
   * contained no block of the range.
   */
  public void remove(long first, long end) {
    long released;
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      released = known.remove(first, end);
      sequence++;
      account(before);
    }
    if (probes.hears(Trace.ES)) {
      probes.tell(Trace.ES, lock.inodeNumber(), "remove", first + " to " + (end - 1));
    }
    release(released, false);
  }

  /**
   * Drops all runs that can be read again from disk, because the whole mapping on disk has changed.
   * Delayed blocks stay. The call counts as a change.
   */
  public void forgetDisk() {
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      dropFrom(0, Long.MAX_VALUE, Long.MAX_VALUE, false);
      sequence++;
      account(before);
    }
    tell("forget", "what the disk says");
  }

  /**
   * Drops all runs that can be read again from disk. Delayed blocks stay. The call does not count
   * as a change.
   */
  public void clear() {
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      dropFrom(0, Long.MAX_VALUE, Long.MAX_VALUE, false);
      precached = false;
      account(before);
    }
  }

  /**
   * Returns whether a cluster is pending: it has delayed blocks and an allocated block, and
   * therefore no space is reserved for it.
   */
  public boolean isPending(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.isPending(cluster);
    }
  }

  /**
   * Removes a cluster from the pending ones, because its allocated blocks were freed. Its space
   * counts as reserved again. Returns whether the cluster was pending.
   */
  public boolean removePending(long cluster) {
    try (RankedLock.Held held = lock.exclusive()) {
      return known.removePending(cluster);
    }
  }

  /**
   * Makes a cluster with delayed blocks pending, because it has an allocated block again. Its space
   * no longer counts as reserved.
   */
  public void addPending(long cluster) {
    try (RankedLock.Held held = lock.exclusive()) {
      known.addPending(cluster);
    }
  }

  /** Returns whether a block of a cluster is delayed. */
  public boolean hasDelayedIn(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.hasDelayedIn(cluster);
    }
  }

  /** Returns whether a block of a cluster is allocated according to the tree. */
  public boolean hasAllocatedIn(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.hasAllocatedIn(cluster);
    }
  }

  /** Returns all runs in order, as they are at one moment. */
  public List<Mapping> entries() {
    List<Mapping> all = new ArrayList<>();
    try (RankedLock.Held held = lock.shared()) {
      for (long at = runs.first(); at != RunTable.NONE; at = runs.next(at)) {
        all.add(runs.run(at));
      }
    }
    return all;
  }

  /** Returns the logical clusters that are pending. */
  public Set<Long> pendingClusters() {
    try (RankedLock.Held held = lock.shared()) {
      return known.pendingClusters();
    }
  }

  /**
   * Returns a description of a fault in the structure of the tree itself, or null if there is none.
   */
  public @Nullable String findFault() {
    try (RankedLock.Held held = lock.shared()) {
      return known.findFault();
    }
  }

  /** Returns the number of runs. */
  public int size() {
    try (RankedLock.Held held = lock.shared()) {
      return runs.size();
    }
  }

  /**
   * Returns the number of runs that count against the bound of all trees, plus the unused slots in
   * their arrays.
   */
  int reclaimableRoom() {
    try (RankedLock.Held held = lock.shared()) {
      return known.reclaimableRoom();
    }
  }

  /**
   * Records that all extents were loaded on request. When memory is short, the runs of this tree
   * are dropped after those of other trees.
   */
  public void setPrecached() {
    precached = true;
  }

  boolean isPrecached() {
    return precached;
  }

  /**
   * Reports a change of the room to {@link StatusMemory}. Adds this tree to the clock of the {@link
   * StatusMemory}, or removes it from the clock, if that has become necessary.
   */
  private void account(int roomBefore) {
    if (probes.checks()) {
      String fault = known.findFault();
      if (fault != null) {
        throw new ProtocolException("status tree: " + fault);
      }
    }
    memory.changed((long) known.reclaimableRoom() - roomBefore);
    if (known.reclaimable() > 0 && !isListed) {
      isListed = true;
      memory.list(this);
    } else if (known.reclaimable() == 0 && isListed) {
      isListed = false;
      memory.unlist(this);
    }
  }

  private void release(long clusters, boolean used) {
    if (clusters > 0) {
      reserved.release(clusters, used);
    }
  }

  /**
   * The result of a reclaim.
   *
   * @param dropped the number of runs dropped
   * @param isListed whether there are more runs that a later reclaim could drop
   */
  record Shrunk(long dropped, boolean isListed) {}

  /**
   * Drops up to {@code wanted} runs that were not looked up since the last reclaim. Drops nothing
   * if another thread uses the tree.
   */
  Shrunk tryShrink(long wanted) {
    try (RankedLock.Held held = lock.tryExclusive()) {
      if (held == null) {
        return new Shrunk(0, true);
      }
      int before = known.reclaimableRoom();
      long start = clockHand;
      long dropped = dropFrom(start, Long.MAX_VALUE, wanted, true);
      if (dropped < wanted && start > 0) {
        clockHand = 0;
        dropped += dropFrom(0, start, wanted - dropped, true);
      }
      memory.changed((long) known.reclaimableRoom() - before);
      isListed = known.reclaimable() > 0;
      return new Shrunk(dropped, isListed);
    }
  }

  /**
   * Drops up to {@code wanted} runs between two blocks, except delayed runs.
   *
   * @param sparesReferenced whether a run that was looked up stays in the tree and loses its mark
   */
  private long dropFrom(long from, long to, long wanted, boolean sparesReferenced) {
    long dropped = 0;
    long at = runs.endingBehind(from);
    while (at != RunTable.NONE && runs.start(at) < to && dropped < wanted) {
      long start = runs.start(at);
      long end = runs.end(at);
      if (runs.state(at) == State.DELAYED) {
        at = runs.next(at);
      } else if (sparesReferenced && runs.isReferenced(at)) {
        runs.setReferenced(at, false);
        at = runs.next(at);
      } else {
        runs.delete(at);
        dropped++;
        at = runs.endingBehind(start);
      }
      clockHand = end;
    }
    return dropped;
  }
}
