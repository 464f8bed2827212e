package dev.ext4j.fs.page;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.PinnedInodes;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of all files in memory, within a bound, which holds for the pages, what goes with
 * them, and the files that they keep in memory. A clock drops clean pages that were not used since
 * it last came by; when too much is dirty, a thread of its own writes it back, and who goes on
 * writing helps.
 */
public final class PageCache {
  /** One in so many bytes may be dirty before somebody begins to write back. */
  private static final int BACKGROUND_PARTS = 4;

  /** One in so many may be dirty before writers have to help. */
  private static final int LIMIT_PARTS = 2;

  private static final int SMALLEST = 16;

  /** What a page takes beside its content: the object, its places in two maps. */
  private static final int PAGE_BYTES = 256;

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
   * An empty cache.
   *
   * @param bytes bound of the content
   */
  public PageCache(int blockSize, long bytes) {
    this.blockSize = blockSize;
    this.capacity = Math.max((long) SMALLEST * (blockSize + PAGE_BYTES), bytes);
    this.pinned = new PinnedInodes(blockSize);
    this.thread = new WritebackThread(this);
  }

  /** Where dirty pages go; to be said before there is one. */
  public void writeTo(PageStore newStore) {
    store = newStore;
  }

  int blockSize() {
    return blockSize;
  }

  /** The pages of a file: as many as there may be, they keep the file in memory. */
  public FilePages of(Inode inode) {
    return (FilePages) inode.attachment(() -> new FilePages(this, inode));
  }

  /** Content that could not be written and is lost. */
  public WriteFailures failures() {
    return failures;
  }

  /** Leaves writing back to those who ask for it. For tests that want to be alone. */
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

  /** Pages in memory. */
  public long pageCount() {
    return pageCount.get();
  }

  /** Pages that have still to be written. */
  public long dirtyCount() {
    return dirtyCount.get();
  }

  /** Bytes that the pages take, and what goes with them. */
  public long usedBytes() {
    return pageCount.get() * (blockSize + PAGE_BYTES) + pinned.bytes();
  }

  /** Whether the clock would come by any page. */
  boolean clockHas() {
    return clock.next() != null;
  }

  boolean isWorthWriting() {
    return isDirtyAbove(capacity / BACKGROUND_PARTS);
  }

  /** Where each file has a few pages only, it is the files that count. */
  private boolean isDirtyAbove(long bytes) {
    return dirtyCount.get() * (blockSize + PAGE_BYTES) + dirtyFileCount.get() * Inode.BYTES > bytes;
  }

  /** Keeps the bound; no page may be locked. Called by whoever has added pages. */
  public void trim() {
    if (isDirtyAbove(capacity / LIMIT_PARTS)) {
      writeSome();
    }
    dropSome();
    if (usedBytes() > capacity && dirtyCount.get() > 0) {
      writeWhile(() -> true); // what is left is dirty, or in use
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
   * Writes files back until little is dirty. What fails stays dirty, for the next attempt, or is
   * noted with the {@link #failures}.
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
        // told by whoever forces the file, or by the next attempt
      }
    }
  }

  /**
   * Writes the pages of a range of a file that are dirty now. When this returns all content of the
   * range is on the device, but what was changed meanwhile.
   *
   * @throws IOException if something of the file could not be written, by this thread or by another
   *     one that was writing at the time
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
   * Writes all of a file that is dirty.
   *
   * @param listener the owner of the file, who is told what was lost
   * @throws IOException what was lost since the owner was told last; else why something could not
   *     be written now, which stays dirty
   */
  public void force(FilePages file, WriteFailures.Listener listener) throws IOException {
    telling(listener, () -> writeBack(file, 0, Long.MAX_VALUE));
  }

  /** Something that writes. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** Writes, and tells the owner what was lost rather than what could not be written just now. */
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
   * Writes all that is dirty.
   *
   * @param listener the owner of the file system, who is told what was lost of any file
   * @throws IOException what was lost since the owner was told last; else as {@link #writeAll()}
   */
  public void writeAll(WriteFailures.Listener listener) throws IOException {
    telling(listener, this::writeAll);
  }

  /**
   * Writes all that is dirty.
   *
   * @throws IOException the first reason why something could not be written now; others are
   *     suppressed
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

  /** Drops all pages that need not be written. */
  public void dropClean() {
    for (FilePages file : files.values()) {
      file.dropClean();
    }
  }

  /** Ends the thread that writes back; what is dirty stays so. */
  public void stop() {
    thread.end();
  }
}
