package dev.ext4j.fs.page;

import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.Uninterruptibly;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Trace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One block of a file's content in memory.
 *
 * <p>The lock guards the content, the state of the content, and whether the page is in the cache. A
 * thread that holds the lock and finds {@link #isAttached} true knows that no structural operation
 * has dropped this page yet. While {@link #isWriting} is true, the physical block of the page does
 * not change, even if the page is not locked. The reason is that a thread that drops pages waits
 * for the end of the write. A page that was dropped keeps its content for threads that are reading
 * it at that moment.
 */
public final class Page implements HeldLocks.Lock {
  private static final int NEVER = -1;

  private final FilePages file;
  private final long logicalBlock;
  private final ByteBuffer content;
  final PageClock.Place place = new PageClock.Place();
  private @Nullable Thread owner;
  private volatile int filledAt = NEVER;
  private volatile boolean dirty;
  private volatile boolean writing;
  private volatile boolean attached = true;
  private volatile boolean referenced;

  Page(FilePages file, long logicalBlock, int blockSize) {
    this.file = file;
    this.logicalBlock = logicalBlock;
    this.content = ByteBuffer.allocate(blockSize);
  }

  /** Returns the pages of the file that this page belongs to. */
  FilePages file() {
    return file;
  }

  /** Returns the logical block of the file that this page holds. */
  public long logicalBlock() {
    return logicalBlock;
  }

  /** Returns the content. Callers use absolute positions only, because they share the buffer. */
  public ByteBuffer content() {
    return content;
  }

  /**
   * Returns whether the page holds the content of the file. Content that was read becomes invalid
   * when the file's {@link dev.ext4j.fs.inode.Inode#contentEpoch} rises. Content that is dirty or
   * being written is always valid.
   */
  public boolean isFilled() {
    int then = filledAt;
    return then == file.inode().contentEpoch() || (then != NEVER && isOnItsWay());
  }

  /** Records that the page now holds the content of the file. The caller holds the page lock. */
  public void setFilled() {
    setFilled(file.inode().contentEpoch());
  }

  /**
   * Records that the page holds the content of the file as it was read. The caller holds the page
   * lock.
   *
   * @param contentEpoch the content epoch of the file before the mapping was looked up
   */
  public void setFilled(int contentEpoch) {
    requireLocked();
    filledAt = contentEpoch;
  }

  /**
   * Fills the page with zeros, unless it is new and therefore holds zeros. The caller holds the
   * page lock.
   */
  public void zero() {
    requireLocked();
    if (filledAt != NEVER) {
      Arrays.fill(content.array(), (byte) 0);
    }
  }

  /** Returns whether the content still has to be written to the device. */
  public boolean isDirty() {
    return dirty;
  }

  /**
   * Marks the page as dirty. The caller holds the page lock. The block of the page is delayed or
   * allocated.
   */
  public synchronized void setDirty() {
    requireLocked();
    becomeDirty();
  }

  private void becomeDirty() {
    if (!dirty) {
      dirty = true;
      file.becameDirty(this);
    }
  }

  /**
   * Marks the page as clean, because its content need not be written or is about to be written. The
   * caller holds the page lock.
   */
  public synchronized void setClean() {
    requireLocked();
    if (dirty) {
      dirty = false;
      filledAt = filledAt == NEVER ? NEVER : file.inode().contentEpoch();
      file.becameClean(this);
    }
  }

  /** Returns whether the content is being written to the device. */
  public boolean isWriting() {
    return writing;
  }

  /** Returns whether the page is dirty or being written. */
  public synchronized boolean isOnItsWay() {
    return dirty || writing;
  }

  /** Marks the page as being written. The caller holds the page lock. */
  public void setWriting() {
    requireLocked();
    writing = true;
  }

  /**
   * Ends the write. The content is on the device, and the block of the page is in the state
   * written.
   */
  public synchronized void endWriting() {
    writing = false;
    notifyAll();
  }

  /**
   * Ends a write that has failed. The page becomes dirty again in the same step, so that no thread
   * finds it clean in between. The page need not be locked.
   */
  public synchronized void endWritingInVain() {
    becomeDirty();
    endWriting();
  }

  /**
   * Waits until the content is no longer being written. The caller holds no handle and no tree
   * lock.
   */
  public void awaitWritten() {
    HeldLocks.mine().requireNoneFrom(Rank.COMMIT, "waiting for a page to be written");
    waitUntilWritten();
  }

  private synchronized void waitUntilWritten() {
    Uninterruptibly.await(this, () -> !writing);
  }

  /** Returns whether the page is in the cache. */
  public boolean isAttached() {
    return attached;
  }

  void detach() {
    requireLocked();
    attached = false;
  }

  /** Records that the page was used. */
  void touch() {
    if (!referenced) {
      referenced = true;
    }
  }

  /** Returns whether the page was used since the last call of this method. */
  boolean wasTouched() {
    boolean was = referenced;
    referenced = false;
    return was;
  }

  /** Takes the lock. A thread locks pages of one file in the order of their blocks. */
  public void lock() {
    HeldLocks mine = HeldLocks.mine();
    mine.await(this);
    acquire();
    mine.taken(this);
    tell("take");
  }

  private void tell(String what) {
    Probes probes = order().probes();
    if (probes.hears(Trace.LOCKS)) {
      probes.tell(Trace.LOCKS, inodeNumber(), what, "lock of page " + logicalBlock);
    }
  }

  private synchronized void acquire() {
    if (owner != null) {
      Uninterruptibly.await(this, () -> owner == null);
    }
    owner = Thread.currentThread();
  }

  /** Takes the lock if no thread holds it. Returns whether this call has taken the lock. */
  public boolean tryLock() {
    HeldLocks mine = HeldLocks.mine();
    mine.await(this);
    boolean taken = tryAcquire();
    if (taken) {
      mine.taken(this);
      tell("take");
    } else {
      mine.notTaken();
    }
    return taken;
  }

  private synchronized boolean tryAcquire() {
    if (owner != null) {
      return false;
    }
    owner = Thread.currentThread();
    return true;
  }

  /** Releases the lock. */
  public void unlock() {
    HeldLocks.mine().released(this);
    tell("release");
    release();
  }

  private synchronized void release() {
    owner = null;
    notifyAll();
  }

  private synchronized void requireLocked() {
    if (owner != Thread.currentThread()) {
      throw new ProtocolException(this + " must be locked here");
    }
  }

  @Override
  public LockOrder order() {
    return file.order();
  }

  @Override
  public Rank rank() {
    return Rank.PAGE;
  }

  @Override
  public long inodeNumber() {
    return file.inodeNumber();
  }

  @Override
  public long place() {
    return logicalBlock;
  }

  @Override
  public String toString() {
    return "page " + logicalBlock + " of " + file.inodeNumber();
  }
}
