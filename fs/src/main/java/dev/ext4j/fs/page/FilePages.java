package dev.ext4j.fs.page;

import dev.ext4j.fs.inode.ContentInMemory;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one file (the kernel's {@code address_space}). Any thread may read the maps of pages
 * at any time. The first thread that needs a page adds it. A thread that removes a page holds the
 * lock of the page.
 */
public final class FilePages implements ContentInMemory {
  private final PageCache cache;
  private final Inode inode;
  private final ConcurrentNavigableMap<Long, Page> pages = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<Long, Page> dirty = new ConcurrentSkipListMap<>();
  private final AtomicInteger failedWrites = new AtomicInteger();
  private int dirtyCount;
  private volatile long readEnd;

  FilePages(PageCache cache, Inode inode) {
    this.cache = cache;
    this.inode = inode;
  }

  /** Returns the inode of the file. */
  public Inode inode() {
    return inode;
  }

  LockOrder order() {
    return cache.order();
  }

  long inodeNumber() {
    return inode.inodeNumber();
  }

  /** Returns the page of a block, or null if the block has no page. */
  public @Nullable Page find(long logicalBlock) {
    Page page = pages.get(logicalBlock);
    if (page != null) {
      page.touch();
    }
    return page;
  }

  /** Returns the page of a block, locked. A page that this call has added has no content. */
  public Page lockOrAdd(long logicalBlock) {
    while (true) {
      Page page = pages.get(logicalBlock);
      if (page == null) {
        Page fresh = new Page(this, logicalBlock, cache.blockSize());
        fresh.lock();
        page = pages.putIfAbsent(logicalBlock, fresh);
        if (page == null) {
          cache.added(fresh);
          return fresh;
        }
        fresh.unlock();
      }
      page.lock();
      if (page.isAttached()) {
        page.touch();
        return page;
      }
      page.unlock();
    }
  }

  /** Adds a page for a block and locks it. Returns null if the block has a page already. */
  public @Nullable Page addLocked(long logicalBlock) {
    if (pages.containsKey(logicalBlock)) {
      return null;
    }
    Page fresh = new Page(this, logicalBlock, cache.blockSize());
    fresh.lock();
    if (pages.putIfAbsent(logicalBlock, fresh) != null) {
      fresh.unlock();
      return null;
    }
    cache.added(fresh);
    return fresh;
  }

  /**
   * Drops the pages of {@code [first, end)}, dirty pages included. Waits for the end of writes of
   * these pages. The caller has no handle open.
   *
   * @param unwritten receives the pages that were dirty; these pages keep their content
   */
  public void drop(long first, long end, Consumer<Page> unwritten) {
    eachLocked(
        pages.subMap(first, end).values(),
        page -> {
          // No thread can begin to write the page now, because a write begins with the lock.
          page.awaitWritten();
          if (page.isDirty()) {
            unwritten.accept(page);
          }
          remove(page);
        });
  }

  /**
   * Drops the pages of {@code [first, end)}, which have been written back. The caller prevents
   * other threads from changing these pages, and has no handle open.
   *
   * @throws ProtocolException if a page is dirty
   */
  public void dropWritten(long first, long end) {
    eachLocked(
        pages.subMap(first, end).values(),
        page -> {
          page.awaitWritten();
          if (page.isDirty()) {
            throw new ProtocolException(page + " is dropped, and was not written");
          }
          remove(page);
        });
  }

  /** Drops all pages that are neither dirty nor being written. */
  void dropClean() {
    eachLocked(
        pages.values(),
        page -> {
          if (!page.isOnItsWay()) {
            remove(page);
          }
        });
  }

  private static void eachLocked(Iterable<Page> pages, Consumer<Page> work) {
    for (Page page : pages) {
      page.lock();
      try {
        work.accept(page);
      } finally {
        page.unlock();
      }
    }
  }

  /** Removes a locked page that could not be filled. */
  public void abandon(Page page) {
    remove(page);
  }

  /** Removes a locked page whose content could not be written and is lost. */
  public void lose(Page page, IOException cause) {
    remove(page);
    cache.failures().add(inodeNumber(), cause);
  }

  /** Removes a locked page from the cache. The cache no longer needs its content. */
  void remove(Page page) {
    if (page.isAttached()) {
      page.setClean();
      page.detach();
      pages.remove(page.logicalBlock(), page);
      cache.removed(page);
    }
  }

  void becameDirty(Page page) {
    dirty.put(page.logicalBlock(), page);
    synchronized (dirty) {
      if (dirtyCount++ == 0) {
        cache.hasDirty(this);
      }
    }
    cache.becameDirty();
  }

  void becameClean(Page page) {
    dirty.remove(page.logicalBlock(), page);
    synchronized (dirty) {
      if (--dirtyCount == 0) {
        cache.hasNoneDirty(this);
      }
    }
    cache.becameClean();
  }

  @Override
  public boolean isDirtyBehind(long byteOffset) {
    long block = byteOffset / cache.blockSize();
    for (Page page : pages.tailMap(block).values()) {
      if (page.isOnItsWay()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the first block of {@code [from, end)} whose page is dirty, or -1 if there is none. */
  public long nextDirty(long from, long end) {
    Long next = dirty.ceilingKey(from);
    return next == null || next >= end ? -1 : next;
  }

  /** Returns the block after the last one whose page is dirty, or 0 if no page is dirty. */
  long dirtyEnd() {
    Map.Entry<Long, Page> last = dirty.lastEntry();
    return last == null ? 0 : last.getKey() + 1;
  }

  /** Returns whether the file has no pages, which would keep its inode in memory. */
  boolean isIdle() {
    return pages.isEmpty();
  }

  /**
   * Locks the dirty pages of consecutive blocks.
   *
   * @param first the block of the first page
   * @param most the largest number of pages
   * @return the locked pages, which are still dirty, in the cache and not being written; empty if
   *     the first page is not such a page
   */
  public List<Page> lockDirtyRun(long first, int most) {
    List<Page> run = new ArrayList<>();
    for (long block = first; run.size() < most; block++) {
      Page page = dirty.get(block);
      if (page == null) {
        break;
      }
      page.lock();
      // Another thread may have written or dropped the page while this one waited for the lock.
      if (page.isAttached() && page.isDirty() && !page.isWriting()) {
        run.add(page);
      } else {
        page.unlock();
        break;
      }
    }
    return run;
  }

  /** Waits for the end of the writes of all pages of a range. */
  public void awaitWritten(long first, long end) {
    for (Page page : pages.subMap(first, end).values()) {
      page.awaitWritten();
    }
  }

  /**
   * Returns the number of failed writes of pages of this file. A thread that waits for the writes
   * of other threads compares it before and after the wait.
   */
  int failedWrites() {
    return failedWrites.get();
  }

  /**
   * Records that pages could not be written. The caller does this before it ends the write of any
   * of these pages.
   */
  public void writeHasFailed() {
    failedWrites.incrementAndGet();
  }

  /**
   * Returns whether a read that begins at {@code firstBlock} continues the last read, and records
   * the end of this read.
   */
  public boolean continuesReading(long firstBlock, long blockEnd) {
    boolean continues = firstBlock == readEnd || firstBlock + 1 == readEnd;
    readEnd = blockEnd;
    return continues;
  }

  /** Returns the number of pages. */
  public int size() {
    return pages.size();
  }

  /** Returns the pages of a range. Pages may be added or removed during the iteration. */
  public Iterable<Page> in(long first, long end) {
    return pages.subMap(first, end).values();
  }
}
