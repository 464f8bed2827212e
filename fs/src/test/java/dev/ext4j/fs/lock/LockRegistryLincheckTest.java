package dev.ext4j.fs.lock;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.probe.Probes;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * A test that the locks and the registry of their holders are linearizable. Work done under locks
 * appears to happen at one moment. The registry tells each thread of its own locks only, and keeps
 * no entry after a lock is released.
 */
public class LockRegistryLincheckTest extends LinearizableTest {
  private final InodeLocks locks = new InodeLocks(new LockOrder("test", Probes.NONE), 12);
  private int under;

  /** Counts under two locks, and returns the count, or -1 if the registry misses one of them. */
  @Operation
  public int count() {
    try (RankedLock.Held outer = locks.inode().exclusive();
        RankedLock.Held inner = locks.extentTree().exclusive()) {
      under++;
      return locks.inode().isHeldExclusively() && locks.extentTree().isHeld() ? under : -1;
    }
  }

  /** Reads the count under a shared lock. */
  @Operation
  public int look() {
    try (RankedLock.Held tree = locks.extentTree().shared()) {
      return locks.inode().isHeld() ? -1 : under;
    }
  }

  /** Returns whether the registry says that the thread holds neither lock. */
  @Operation
  public boolean holdsNothing() {
    return !HeldLocks.mine().holds(locks.inode()) && !HeldLocks.mine().holds(locks.extentTree());
  }

  /** Breaks the lock order, and returns whether that was refused without a change. */
  @Operation
  public boolean isRefused() {
    try (RankedLock.Held inner = locks.extentTree().shared()) {
      try (RankedLock.Held outer = locks.inode().shared()) {
        return false;
      } catch (ProtocolException e) {
        return locks.extentTree().isHeld();
      }
    }
  }
}
