package dev.ext4j.fs.page;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.PinnedInodes;
import dev.ext4j.fs.lock.LockOrder;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of all files in memory, within a bound. The bound covers the pages, their overhead,
 * and the inodes that they keep in memory. A clock drops clean pages that were not used since its
 * last round. If too many bytes are dirty, a background thread writes pages back. Threads that read
 * or write files help it if even more bytes are dirty.
 */
public final class PageCache {
  /**
   * The divisor of the capacity: background writeback begins when more than 1/N of the capacity is
   * dirty.
   */
  private static final int BACKGROUND_PARTS = 4;

  /**
   * The divisor of the capacity: the threads that read or write files have to help when more than
   * 1/N of the capacity is dirty.
   */
  private static final int LIMIT_PARTS = 2;

  private static final int SMALLEST = 16;

  /** The memory of a page in addition to its content: the object and its entries in two maps. */
  private static final int PAGE_BYTES = 256;

  private final LockOrder order;
  private final int blockSize;
  private final long capacity;
  private volatile PageStore store = PageStore.NONE;
  private final PinnedInodes pinned;
  private final Map<FilePages, FilePages> files = new ConcurrentHashMap<>();
  private final Set<FilePages> dirtyFiles = ConcurrentHashMap.newKeySet();
  private final PageClock clock = new PageClock();
  private final WriteFailures failures = new WriteFailures();
  private final AtomicLong pageCount = new AtomicLong();
  private final AtomicLong dirtyCount = new AtomicLong();
  private final AtomicLong dirtyFileCount = new AtomicLong();
  private final WritebackThread thread;
  private volatile boolean inBackground = true;

  /**
   * Creates an empty cache.
   *
   * @param order the lock order that the locks of pages belong to
   * @param bytes the bound of the memory
   */
  public PageCache(LockOrder order, int blockSize, long bytes) {
    this.order = order;
    this.blockSize = blockSize;
    this.capacity = Math.max((long) SMALLEST * (blockSize + PAGE_BYTES), bytes);
    this.pinned = new PinnedInodes(blockSize);
    this.thread = new WritebackThread(this);
  }

  /**
   * Sets the store that dirty pages are written to. The caller does this before any page is dirty.
   */
  public void writeTo(PageStore newStore) {
    store = newStore;
  }

  LockOrder order() {
    return order;
  }

  int blockSize() {
    return blockSize;
  }

  /** Returns the pages of a file. As long as the file has pages, they keep its inode in memory. */
  public FilePages of(Inode inode) {
    return (FilePages) inode.attachment(() -> new FilePages(this, inode));
  }

  /** Returns the write failures that lost content. */
  public WriteFailures failures() {
    return failures;
  }

  /** Stops background writeback, so that only callers write pages back. For tests only. */
  public void writeInForegroundOnly() {
    inBackground = false;
  }

  void added(Page page) {
    pageCount.incrementAndGet();
    clock.add(page);
    files.computeIfAbsent(page.file(), this::pin);
  }

  private FilePages pin(FilePages file) {
    pinned.add(file.inode());
    return file;
  }

  void removed(Page page) {
    clock.remove(page);
    pageCount.decrementAndGet();
    FilePages file = page.file();
    if (file.isIdle()) {
      files.computeIfPresent(file, (same, there) -> same.isIdle() ? unpin(same) : there);
    }
  }

  private @Nullable FilePages unpin(FilePages file) {
    pinned.remove(file.inode());
    return null;
  }

  void hasDirty(FilePages file) {
    dirtyFiles.add(file);
    dirtyFileCount.incrementAndGet();
  }

  void hasNoneDirty(FilePages file) {
    dirtyFiles.remove(file);
    dirtyFileCount.decrementAndGet();
  }

  void becameDirty() {
    dirtyCount.incrementAndGet();
    if (isWorthWriting() && inBackground) {
      thread.wake();
    }
  }

  void becameClean() {
    dirtyCount.decrementAndGet();
  }

  /** Returns the number of pages in memory. */
  public long pageCount() {
    return pageCount.get();
  }

  /** Returns the number of dirty pages. */
  public long dirtyCount() {
    return dirtyCount.get();
  }

  /** Returns the bytes that the pages, their overhead and their inodes take. */
  public long usedBytes() {
    return pageCount.get() * (blockSize + PAGE_BYTES) + pinned.bytes();
  }

  /** Returns whether the clock has any page. */
  boolean clockHas() {
    return clock.next() != null;
  }

  boolean isWorthWriting() {
    return isDirtyAbove(capacity / BACKGROUND_PARTS);
  }

  /**
   * Returns whether the dirty pages, and the inodes that they keep in memory, take more than {@code
   * bytes}. The inodes are included, because many files may have a few dirty pages each.
   */
  private boolean isDirtyAbove(long bytes) {
    return dirtyCount.get() * (blockSize + PAGE_BYTES) + dirtyFileCount.get() * Inode.BYTES > bytes;
  }

  /**
   * Tries to bring the cache within its bound. It drops clean pages, and writes dirty pages back if
   * that is necessary. The caller may have added or changed pages, and holds no page lock.
   */
  public void trim() {
    if (isDirtyAbove(capacity / LIMIT_PARTS)) {
      writeSome();
    }
    dropSome();
    if (usedBytes() > capacity && dirtyCount.get() > 0) {
      writeWhile(() -> true); // the remaining pages are dirty, or in use
      dropSome();
    }
  }

  private void dropSome() {
    for (long tries = 2 * pageCount.get(); usedBytes() > capacity && tries > 0; tries--) {
      Page page = clock.next();
      if (page == null) {
        return;
      }
      if (!page.isOnItsWay() && !page.wasTouched()) {
        tryDrop(page);
      }
    }
  }

  private static void tryDrop(Page page) {
    if (page.tryLock()) {
      try {
        if (!page.isOnItsWay()) {
          page.file().remove(page);
        }
      } finally {
        page.unlock();
      }
    }
  }

  /**
   * Writes files back until few pages are dirty. A page whose write fails stays dirty for the next
   * attempt, or its loss is recorded in {@link #failures}.
   */
  void writeSome() {
    writeWhile(this::isWorthWriting);
  }

  private void writeWhile(BooleanSupplier wanted) {
    for (FilePages file : dirtyFiles) {
      if (!wanted.getAsBoolean()) {
        return;
      }
      try {
        writeBack(file, 0, Long.MAX_VALUE);
      } catch (IOException | RuntimeException e) {
        // the next attempt, or force() of the file, reports the failure
      }
    }
  }

  /**
   * Writes the pages of a range of a file that are dirty now. Afterwards all content of the range
   * is on the device, except changes that were made during this call.
   *
   * @throws IOException if content of the file could not be written by this thread, or by another
   *     thread that was writing at the same time
   */
  public void writeBack(FilePages file, long first, long end) throws IOException {
    int failedBefore = file.failedWrites();
    long dirtyEnd = Math.min(end, file.dirtyEnd());
    if (first < dirtyEnd) {
      store.writeBack(file, first, dirtyEnd);
    }
    file.awaitWritten(first, end);
    if (file.failedWrites() != failedBefore) {
      throw new IOException(
          "content of inode " + file.inodeNumber() + " could not be written by another thread");
    }
  }

  /**
   * Writes all dirty pages of a file.
   *
   * @param listener the listener of the open file, which reports content that was lost
   * @throws IOException if content was lost since the last call of the listener, or if a page could
   *     not be written now and stays dirty. Lost content is reported first
   */
  public void force(FilePages file, WriteFailures.Listener listener) throws IOException {
    telling(listener, () -> writeBack(file, 0, Long.MAX_VALUE));
  }

  /** An action that writes pages. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** Runs an action that writes. Reports lost content in preference to a failure of this action. */
  private static void telling(WriteFailures.Listener listener, Writing writing) throws IOException {
    IOException failure = null;
    try {
      writing.run();
    } catch (IOException e) {
      failure = e;
    }
    listener.check();
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Writes all dirty pages of all files.
   *
   * @param listener the listener of the open file system, which reports lost content of any file
   * @throws IOException if content was lost since the last call of the listener; otherwise for the
   *     same reason as in {@link #writeAll()}
   */
  public void writeAll(WriteFailures.Listener listener) throws IOException {
    telling(listener, this::writeAll);
  }

  /**
   * Writes all dirty pages of all files.
   *
   * @throws IOException if a page could not be written now: the first failure, with the other
   *     failures as suppressed exceptions
   */
  public void writeAll() throws IOException {
    IOException failure = null;
    for (FilePages file : files.values()) {
      try {
        writeBack(file, 0, Long.MAX_VALUE);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else if (failure != e) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Drops all pages that are neither dirty nor being written. */
  public void dropClean() {
    for (FilePages file : files.values()) {
      file.dropClean();
    }
  }

  /** Ends the background thread; dirty pages stay dirty. */
  public void stop() {
    thread.end();
  }
}
