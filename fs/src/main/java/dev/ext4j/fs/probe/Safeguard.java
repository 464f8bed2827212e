package dev.ext4j.fs.probe;

import java.util.EnumSet;
import java.util.Set;

/**
 * Precautions that tests can switch off, to show the failure that each of them prevents. In
 * production all are on, always. The switches hold for the whole process, so tests that use them do
 * not run side by side with others.
 */
public enum Safeguard {
  /** Copies in the log of a block that was freed are revoked. */
  REVOKES,
  /** Freed blocks are not given out before the commit that freed them. */
  FREED_SPACE_WAITS,
  /** Who holds page locks only, or completes a write, notes no more than what it asked for. */
  NO_BULK_CACHING,
  /** After its last change of the mapping an operation tells the status tree what has become. */
  FINAL_STATUS,
  /** Who asks for a mapping must hold what gives it the right. */
  MAPPING_CONTEXT,
  /** Pages are added under the invalidate lock, which operations hold while they change blocks. */
  INVALIDATE_LOCK,
  /** Pages count as being written until their blocks are written ones. */
  FLAG_UNTIL_CONVERTED,
  /** What is noted of the disk does not replace a delayed block. */
  CACHE_KEEPS_DELAYED,
  /** Delayed blocks are noted under the exclusive tree lock, not the shared one. */
  DELAYED_EXCLUSIVE,
  /** Who gives delayed blocks up, because they have found no place, holds the tree lock. */
  LOSES_LOCKED,
  /** Direct transfers that are under way are waited for before blocks are taken away. */
  DIRECT_AWAITED,
  /** A delayed block is noted after a second look under the exclusive tree lock. */
  DELAYED_LOOKS_AGAIN,
  /** Writeback allocates only what is still delayed under the exclusive tree lock. */
  WRITEBACK_LOOKS_AGAIN,
  /** The size on disk follows before a hole takes the pages that would have raised it. */
  SIZE_BEFORE_HOLE,
  /** What lies behind the end in the last block is zeroed before a file grows. */
  TAIL_ZEROED,
  /** Delayed blocks that lose the allocated part of their cluster are reserved anew. */
  RESERVED_ANEW;

  private static volatile Set<Safeguard> off = Set.of();

  /** Whether the precaution is taken. */
  public boolean isOn() {
    return !off.contains(this);
  }

  /** Switches it off until the result is closed. For tests only. */
  public Removal remove() {
    EnumSet<Safeguard> more = EnumSet.of(this);
    more.addAll(off);
    off = more;
    return () -> off = Set.of();
  }

  /** A time without a safeguard. */
  @FunctionalInterface
  public interface Removal extends AutoCloseable {
    @Override
    void close();
  }
}
