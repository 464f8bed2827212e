package dev.ext4j.fs.page;

import dev.ext4j.fs.inode.Inode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The content of all files in memory, within a bound. A clock drops clean pages that were not used
 * since it last came by; when too much is dirty, a thread of its own writes it back, and who goes
 * on writing helps.
 */
public final class PageCache {
  /** One in so many pages may be dirty before somebody begins to write back. */
  private static final int BACKGROUND_PARTS = 4;

  /** One in so many may be dirty before writers have to help. */
  private static final int LIMIT_PARTS = 2;

  private static final int SMALLEST = 64;

  private final int blockSize;
  private final long capacity;
  private volatile PageStore store = PageStore.NONE;
  private final Map<FilePages, FilePages> files = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Page> clock = new ConcurrentLinkedQueue<>();
  private final AtomicLong pageCount = new AtomicLong();
  private final AtomicLong dirtyCount = new AtomicLong();
  private final WritebackThread thread;
  private volatile boolean inBackground = true;

  /**
   * An empty cache.
   *
   * @param bytes bound of the content
   */
  public PageCache(int blockSize, long bytes) {
    this.blockSize = blockSize;
    this.capacity = Math.max(SMALLEST, bytes / blockSize);
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

  /** Leaves writing back to those who ask for it. For tests that want to be alone. */
  public void writeInForegroundOnly() {
    inBackground = false;
  }

  void added(Page page) {
    pageCount.incrementAndGet();
    clock.add(page);
    files.computeIfAbsent(page.file(), file -> file);
  }

  void removed(FilePages file) {
    pageCount.decrementAndGet();
    forgetIdle(file);
  }

  /** A file is remembered as long as it has pages, or a failure that nobody was told of. */
  void forgetIdle(FilePages file) {
    if (file.isIdle()) {
      files.computeIfPresent(file, (same, there) -> same.isIdle() ? null : there);
    }
  }

  void becameDirty(FilePages file) {
    if (dirtyCount.incrementAndGet() > capacity / BACKGROUND_PARTS && inBackground) {
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

  boolean isWorthWriting() {
    return dirtyCount.get() > capacity / BACKGROUND_PARTS;
  }

  /** Keeps the bound; no page may be locked. Called by whoever has added pages. */
  public void trim() {
    if (dirtyCount.get() > capacity / LIMIT_PARTS) {
      writeSome();
    }
    long surplus = pageCount.get() - capacity;
    for (long tries = 2 * pageCount.get(); surplus > 0 && tries > 0; tries--) {
      Page page = clock.poll();
      if (page == null) {
        return;
      }
      if (!page.isAttached()) {
        continue;
      }
      if (page.isOnItsWay() || page.wasTouched() || !tryDrop(page)) {
        clock.add(page);
      } else {
        surplus--;
      }
    }
  }

  private static boolean tryDrop(Page page) {
    if (!page.tryLock()) {
      return false;
    }
    try {
      if (page.isOnItsWay()) {
        return false;
      }
      page.file().remove(page);
      return true;
    } finally {
      page.unlock();
    }
  }

  /** Writes files back until little is dirty; failures are kept for those whom they concern. */
  void writeSome() {
    for (FilePages file : files.values()) {
      if (!isWorthWriting()) {
        return;
      }
      try {
        writeBack(file, 0, Long.MAX_VALUE);
      } catch (IOException | RuntimeException e) {
        // noted with the file
      }
    }
  }

  /**
   * Writes the pages of a range of a file that are dirty now.
   *
   * @throws IOException the failure, which is kept for {@link FilePages#throwFailure} as well: who
   *     meets it here need not be who wrote the content that is lost
   */
  public void writeBack(FilePages file, long first, long end) throws IOException {
    try {
      long dirtyEnd = Math.min(end, file.dirtyEnd());
      if (first < dirtyEnd) {
        store.writeBack(file, first, dirtyEnd);
      }
    } catch (IOException e) {
      failed(file, e);
      throw e;
    } catch (RuntimeException e) {
      failed(file, new IOException("a page could not be written", e));
      throw e;
    }
    file.awaitWritten(first, end);
  }

  private void failed(FilePages file, IOException e) {
    file.failed(e);
    files.computeIfAbsent(file, same -> same); // its last page may be the one that is lost
  }

  /**
   * Writes all of a file that is dirty.
   *
   * @throws IOException what could not be written since this was asked last, once
   */
  public void force(FilePages file) throws IOException {
    try {
      writeBack(file, 0, Long.MAX_VALUE);
    } catch (IOException e) {
      // the first one since it was asked last is told
    }
    try {
      file.throwFailure();
    } finally {
      forgetIdle(file);
    }
  }

  /**
   * Writes all that is dirty, and tells what could not be written since this was asked last.
   *
   * @throws IOException the first failure; others are suppressed
   */
  public void writeAll() throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (FilePages file : files.values()) {
      try {
        force(file);
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      IOException first = failures.get(0);
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      throw first;
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
