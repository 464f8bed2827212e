package dev.ext4j.fs.lock;

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
  FREED_SPACE_WAITS;

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
