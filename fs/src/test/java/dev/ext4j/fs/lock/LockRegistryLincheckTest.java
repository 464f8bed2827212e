package dev.ext4j.fs.lock;

import dev.ext4j.fs.LinearizableTest;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Locks and the registry of who holds them are linearizable: what is done under them is done at one
 * moment, each thread is told of its own locks only, and nothing is left behind.
 */
public class LockRegistryLincheckTest extends LinearizableTest {
  private final InodeLocks locks = new InodeLocks(12);
  private int under;

  /** Counts under two locks. */
  @Operation
  public int count() {
    try (RankedLock.Held outer = locks.inode().exclusive();
        RankedLock.Held inner = locks.extentTree().exclusive()) {
      under++;
      return locks.inode().isHeldExclusively() && locks.extentTree().isHeld() ? under : -1;
    }
  }

  /** Looks under a shared one. */
  @Operation
  public int look() {
    try (RankedLock.Held tree = locks.extentTree().shared()) {
      return locks.inode().isHeld() ? -1 : under;
    }
  }

  /** Asks whether it holds anything. */
  @Operation
  public boolean holdsNothing() {
    return !HeldLocks.mine().holds(locks.inode()) && !HeldLocks.mine().holds(locks.extentTree());
  }

  /** Breaks the order, which is refused and changes nothing. */
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
