package dev.ext4j.fs.page;

import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.probe.Trace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One block of a file's content in memory.
 *
 * <p>The lock guards the content, what is known of it, and that the page is in the cache: whoever
 * holds it and finds {@link #isAttached} knows that no structural operation is past dropping the
 * pages of its range here. While a page is {@link #isWriting} its blocks stay where they are, lock
 * or no lock: who drops pages waits for that. A page that was dropped stays as it was for those who
 * read it at that moment.
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

  /** Where it belongs. */
  FilePages file() {
    return file;
  }

  /** The block of the file that this is. */
  public long logicalBlock() {
    return logicalBlock;
  }

  /** The bytes; to be used with absolute positions only. */
  public ByteBuffer content() {
    return content;
  }

  /**
   * Whether the content is that of the file. What was read is not any more when the file's {@link
   * dev.ext4j.fs.inode.Inode#contentEpoch} has risen; what is to be written always is.
   */
  public boolean isFilled() {
    int then = filledAt;
    return then == file.inode().contentEpoch() || (then != NEVER && isOnItsWay());
  }

  /** The content is that of the file from now on; the page is locked. */
  public void setFilled() {
    setFilled(file.inode().contentEpoch());
  }

  /**
   * The content is that of the file as it was read; the page is locked.
   *
   * @param contentEpoch the file's, before it was asked where the content lies
   */
  public void setFilled(int contentEpoch) {
    requireLocked();
    filledAt = contentEpoch;
  }

  /** Fills the page with zeros, where it is no new one, which has them; the page is locked. */
  public void zero() {
    requireLocked();
    if (filledAt != NEVER) {
      Arrays.fill(content.array(), (byte) 0);
    }
  }

  /** Whether the content has still to be written. */
  public boolean isDirty() {
    return dirty;
  }

  /** The content was changed; the page is locked, and its block is delayed or allocated. */
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

  /** The content need not be written any more, or is about to be; the page is locked. */
  public synchronized void setClean() {
    requireLocked();
    if (dirty) {
      dirty = false;
      filledAt = filledAt == NEVER ? NEVER : file.inode().contentEpoch();
      file.becameClean(this);
    }
  }

  /** Whether the content is on its way to the device. */
  public boolean isWriting() {
    return writing;
  }

  /** Whether the content is not known to be on the device. */
  public synchronized boolean isOnItsWay() {
    return dirty || writing;
  }

  /** The content is on its way; the page is locked. */
  public void setWriting() {
    requireLocked();
    writing = true;
  }

  /** The content is there, and its block says so. */
  public synchronized void endWriting() {
    writing = false;
    notifyAll();
  }

  /**
   * The content did not get there, and has still to be written: the page is dirty again, in one
   * step, so that nobody finds it clean in between. It need not be locked.
   */
  public synchronized void endWritingInVain() {
    becomeDirty();
    endWriting();
  }

  /** Waits until the content is no longer on its way. No handle and no tree lock may be held. */
  public void awaitWritten() {
    HeldLocks.mine().requireNoneFrom(Rank.COMMIT, "waiting for a page to be written");
    waitUntilWritten();
  }

  private synchronized void waitUntilWritten() {
    boolean interrupted = false;
    while (writing) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // what is under way has to end first
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the page is in the cache. */
  public boolean isAttached() {
    return attached;
  }

  void detach() {
    requireLocked();
    attached = false;
  }

  /** Somebody has used the page. */
  void touch() {
    if (!referenced) {
      referenced = true;
    }
  }

  /** Whether somebody has used the page since this was asked last. */
  boolean wasTouched() {
    boolean was = referenced;
    referenced = false;
    return was;
  }

  /** Takes the lock; pages of a file are locked from the first to the last. */
  public void lock() {
    HeldLocks mine = HeldLocks.mine();
    mine.await(this);
    acquire();
    mine.taken(this);
    tell("take");
  }

  private void tell(String what) {
    if (Trace.LOCKS.isHeard()) {
      Trace.LOCKS.tell(inodeNumber(), what, "lock of page " + logicalBlock);
    }
  }

  private synchronized void acquire() {
    boolean interrupted = false;
    while (owner != null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    owner = Thread.currentThread();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the lock if nobody has it. */
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

  /** Gives the lock back. */
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
