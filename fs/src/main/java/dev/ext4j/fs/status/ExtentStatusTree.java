package dev.ext4j.fs.status;

import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Caches what is known of one inode's mapping (the kernel's extent status tree): disjoint runs that
 * are written, unwritten or a hole. Every entry is a copy of what the disk says and may be dropped
 * at any time; an operation that changes the mapping removes the range before and says what it has
 * become after, under the same hold of the invalidate lock.
 */
public final class ExtentStatusTree {
  /** Bound of the entries; beyond it the cache starts over. */
  private static final int CAPACITY = 4096;

  private final RankedLock lock;
  private final NavigableMap<Long, Mapping> byStart = new TreeMap<>();

  /** An empty tree for inode {@code number}. */
  public ExtentStatusTree(long number) {
    lock = new RankedLock(Rank.EXTENT_STATUS, "extent status lock of " + number);
  }

  /** What is known of a block and those behind it, or nothing. */
  public @Nullable Mapping lookup(long logicalBlock) {
    try (RankedLock.Held held = lock.shared()) {
      Map.Entry<Long, Mapping> entry = byStart.floorEntry(logicalBlock);
      if (entry == null || entry.getValue().logicalEnd() <= logicalBlock) {
        return null;
      }
      return entry.getValue().from(logicalBlock, Long.MAX_VALUE);
    }
  }

  /** Records what the disk says of a run; what was known of it is replaced. */
  public void cache(Mapping mapping) {
    try (RankedLock.Held held = lock.exclusive()) {
      removeLocked(mapping.logicalBlock(), mapping.logicalEnd());
      if (byStart.size() >= CAPACITY) {
        byStart.clear();
      }
      insertLocked(mapping);
    }
  }

  /** Records what a run has become by a change. */
  public void insert(Mapping mapping) {
    cache(mapping);
  }

  /** Forgets {@code [first, end)}. */
  public void remove(long first, long end) {
    try (RankedLock.Held held = lock.exclusive()) {
      removeLocked(first, end);
    }
  }

  /** Number of entries. */
  public int size() {
    try (RankedLock.Held held = lock.shared()) {
      return byStart.size();
    }
  }

  private void insertLocked(Mapping mapping) {
    Mapping merged = mapping;
    Map.Entry<Long, Mapping> left = byStart.lowerEntry(mapping.logicalBlock());
    if (left != null && continues(left.getValue(), merged)) {
      byStart.remove(left.getKey());
      merged = join(left.getValue(), merged);
    }
    Map.Entry<Long, Mapping> right = byStart.higherEntry(merged.logicalBlock());
    if (right != null && continues(merged, right.getValue())) {
      byStart.remove(right.getKey());
      merged = join(merged, right.getValue());
    }
    byStart.put(merged.logicalBlock(), merged);
  }

  private void removeLocked(long first, long end) {
    Map.Entry<Long, Mapping> left = byStart.lowerEntry(first);
    if (left != null && left.getValue().logicalEnd() > first) {
      Mapping whole = left.getValue();
      byStart.put(left.getKey(), whole.from(whole.logicalBlock(), first - whole.logicalBlock()));
      if (whole.logicalEnd() > end) {
        byStart.put(end, whole.from(end, Long.MAX_VALUE));
      }
    }
    NavigableMap<Long, Mapping> inside = byStart.subMap(first, true, end, false);
    Map.Entry<Long, Mapping> last = inside.lastEntry();
    Mapping rest =
        last != null && last.getValue().logicalEnd() > end
            ? last.getValue().from(end, Long.MAX_VALUE)
            : null;
    inside.clear();
    if (rest != null) {
      byStart.put(end, rest);
    }
  }

  private static boolean continues(Mapping left, Mapping right) {
    return left.state() == right.state()
        && left.logicalEnd() == right.logicalBlock()
        && (left.state() == State.HOLE
            || left.physicalBlock() + left.blockCount() == right.physicalBlock());
  }

  private static Mapping join(Mapping left, Mapping right) {
    return new Mapping(
        left.logicalBlock(),
        left.physicalBlock(),
        left.blockCount() + right.blockCount(),
        left.state());
  }
}
