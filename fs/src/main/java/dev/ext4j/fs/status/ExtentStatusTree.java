package dev.ext4j.fs.status;

import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Checks;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one inode's mapping (the kernel's extent status tree, {@code fs/ext4}'s {@code
 * i_es_tree}): disjoint runs that are written, unwritten, holes or delayed.
 *
 * <p>What is written, unwritten or a hole mirrors the disk and may be dropped at any time; what is
 * delayed is noted nowhere else and never dropped. Every mapping request asks here first and
 * believes the answer, so nothing here may contradict the disk where anybody may ask (protocol, THE
 * RULE).
 *
 * <p><b>Threads.</b> {@link Rank#EXTENT_STATUS} is held for one look-up or change, never while
 * anything blocks. Changes of the mapping ({@link #insert}, {@link #insertDelayed}, {@link
 * #remove}) are made under the exclusive tree lock; what the disk says may be noted ({@link
 * #cache}) under the shared one. Each change counts: who has a mapping and finds the count as it
 * was when the mapping was told, with the page's lock held, may still use it.
 */
public final class ExtentStatusTree {
  private final RankedLock lock;
  private final StatusMemory memory;
  private final StatusRuns known;
  private final RunTable runs;
  private volatile ReservedClusters reserved = ReservedClusters.NONE;

  // All of these are guarded by the lock, as are the methods that say nothing of it.
  private long sequence;
  private boolean isListed;
  private long clockHand;

  private volatile boolean precached;

  /**
   * An empty tree.
   *
   * @param clusterBits log2 of the blocks of a cluster
   */
  public ExtentStatusTree(long inodeNumber, int clusterBits, StatusMemory memory) {
    this.lock = new RankedLock(Rank.EXTENT_STATUS, inodeNumber, "extent status lock");
    this.known = new StatusRuns(clusterBits);
    this.runs = known.table();
    this.memory = memory;
  }

  /** Who is told of delayed blocks that need no space any more. */
  public void reserveFrom(ReservedClusters newReserved) {
    reserved = newReserved;
  }

  /**
   * What is known of a block.
   *
   * @param mapping from the block on as far as it goes
   * @param cookie the count of changes at that moment
   */
  public record Known(Mapping mapping, long cookie) {}

  /** What is known of a block and those behind it, or nothing. */
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

  /** The count of changes: never falls, and rises with each change of the mapping. */
  public long sequence() {
    try (RankedLock.Held held = lock.shared()) {
      return sequence;
    }
  }

  /** The first delayed run that ends behind a block and begins before another, or nothing. */
  public @Nullable Mapping nextDelayed(long from, long end) {
    try (RankedLock.Held held = lock.shared()) {
      return known.nextDelayed(from, end);
    }
  }

  /** How noting what the disk says has gone. */
  public enum Outcome {
    /** It was noted. */
    NOTED,
    /** It was known already. */
    KNOWN,
    /** A delayed block lies there, of which the disk cannot know: nothing was noted. */
    DELAYED
  }

  /**
   * Notes what the disk says of a run ({@code ext4_es_cache_extent}). Never changes what is known;
   * does not count as a change. The tree lock is held, at least shared.
   *
   * @throws ProtocolException if what is known contradicts it: somebody has changed the disk
   *     without telling this tree, or has noted something that he had no right to
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
    if (Trace.ES.isHeard()) {
      Trace.ES.tell(lock.inodeNumber(), what, detail);
    }
  }

  private Outcome conflict(Mapping mapping) {
    for (long at = runs.endingBehind(mapping.logicalBlock());
        at != RunTable.NONE && runs.start(at) < mapping.logicalEnd();
        at = runs.next(at)) {
      Mapping there = runs.run(at);
      if (there.state() == State.DELAYED && mapping.state() == State.HOLE) {
        if (Safeguard.CACHE_KEEPS_DELAYED.isOn()) {
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
   * Tells what a run has become ({@code ext4_es_insert_extent}); the tree lock is held exclusively.
   *
   * @param used whether delayed blocks in it were allocated by virtue of what was reserved for them
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

  /** As {@link #insert(Mapping, boolean)}, for blocks that nothing was reserved for. */
  public void insert(Mapping mapping) {
    insert(mapping, false);
  }

  /**
   * Notes delayed blocks ({@code ext4_es_insert_delayed_extent}); space is reserved, the tree lock
   * is held exclusively, and was while the range was seen to be unmapped.
   *
   * @param firstAllocated whether the cluster of the first block has space already
   * @param lastAllocated whether that of the last block has, if it is another one
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
   * Forgets {@code [first, end)}, delayed blocks included, whose space is given back ({@code
   * ext4_es_remove_extent}). Counts as a change even if nothing was known.
   */
  public void remove(long first, long end) {
    long released;
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      released = known.remove(first, end);
      sequence++;
      account(before);
    }
    if (Trace.ES.isHeard()) {
      Trace.ES.tell(lock.inodeNumber(), "remove", first + " to " + (end - 1));
    }
    release(released, false);
  }

  /**
   * Forgets all that the disk could tell as well, because what it says has changed as a whole.
   * Delayed blocks stay. Counts as a change.
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

  /** Forgets all that the disk could tell as well. */
  public void clear() {
    try (RankedLock.Held held = lock.exclusive()) {
      int before = known.reclaimableRoom();
      dropFrom(0, Long.MAX_VALUE, Long.MAX_VALUE, false);
      precached = false;
      account(before);
    }
  }

  /** Whether a cluster has delayed blocks beside allocated ones, and so no space reserved. */
  public boolean isPending(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.isPending(cluster);
    }
  }

  /** A cluster that delayed blocks shared has been freed: it counts as reserved again. */
  public boolean removePending(long cluster) {
    try (RankedLock.Held held = lock.exclusive()) {
      return known.removePending(cluster);
    }
  }

  /** A cluster with delayed blocks has space again: it counts as reserved no longer. */
  public void addPending(long cluster) {
    try (RankedLock.Held held = lock.exclusive()) {
      known.addPending(cluster);
    }
  }

  /** Whether a block of a cluster is delayed. */
  public boolean hasDelayedIn(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.hasDelayedIn(cluster);
    }
  }

  /** Whether a block of a cluster is known to be allocated. */
  public boolean hasAllocatedIn(long cluster) {
    try (RankedLock.Held held = lock.shared()) {
      return known.hasAllocatedIn(cluster);
    }
  }

  /** All that is known, in order, at one moment. */
  public List<Mapping> entries() {
    List<Mapping> all = new ArrayList<>();
    try (RankedLock.Held held = lock.shared()) {
      for (long at = runs.first(); at != RunTable.NONE; at = runs.next(at)) {
        all.add(runs.run(at));
      }
    }
    return all;
  }

  /** Logical clusters that are pending. */
  public Set<Long> pendingClusters() {
    try (RankedLock.Held held = lock.shared()) {
      return known.pendingClusters();
    }
  }

  /** What is wrong with the structure of the tree itself, or nothing. */
  public @Nullable String findFault() {
    try (RankedLock.Held held = lock.shared()) {
      return known.findFault();
    }
  }

  /** Number of entries. */
  public int size() {
    try (RankedLock.Held held = lock.shared()) {
      return runs.size();
    }
  }

  /** What counts against the bound of all trees. */
  int reclaimableRoom() {
    try (RankedLock.Held held = lock.shared()) {
      return known.reclaimableRoom();
    }
  }

  /** All extents were loaded on request: they are dropped after those of other files. */
  public void setPrecached() {
    precached = true;
  }

  boolean isPrecached() {
    return precached;
  }

  /** Reports what a change has come to. */
  private void account(int roomBefore) {
    if (Checks.areOn()) {
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
   * What a reclaim has found.
   *
   * @param dropped entries dropped
   * @param isListed whether there are more that it could come back for
   */
  record Shrunk(long dropped, boolean isListed) {}

  /** Drops entries that were not looked up since the last time; nothing if the tree is in use. */
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

  /** Drops what is not delayed, from one block to another. */
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
