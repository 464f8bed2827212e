package dev.ext4j.fs.page;

import dev.ext4j.fs.inode.ContentInMemory;
import dev.ext4j.fs.inode.Inode;
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
 * The pages of one file (the kernel's {@code address_space}). The maps may be read by anybody at
 * any time; a page is put in by whoever comes first, and taken out under its lock.
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

  /** The file. */
  public Inode inode() {
    return inode;
  }

  long inodeNumber() {
    return inode.inodeNumber();
  }

  /** The page of a block, or nothing. */
  public @Nullable Page find(long logicalBlock) {
    Page page = pages.get(logicalBlock);
    if (page != null) {
      page.touch();
    }
    return page;
  }

  /** The page of a block, locked; a new one has no content. */
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

  /** Adds a page for a block, locked, if there is none; else nothing. */
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
   * Drops the pages of {@code [first, end)}, dirty ones included, once what is being written of
   * them is written. No handle may be open.
   *
   * @param unwritten is given those that were dirty, which keep their content
   */
  public void drop(long first, long end, Consumer<Page> unwritten) {
    eachLocked(
        pages.subMap(first, end).values(),
        page -> {
          // No thread can begin to write it meanwhile: that takes the lock.
          page.awaitWritten();
          if (page.isDirty()) {
            unwritten.accept(page);
          }
          remove(page);
        });
  }

  /**
   * Drops the pages of {@code [first, end)}, which have been written back; the caller keeps others
   * from changing them. No handle may be open.
   *
   * @throws ProtocolException if one has still to be written
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

  /** Drops all pages that need not be written. */
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

  /** Takes a locked page out that could not be filled. */
  public void abandon(Page page) {
    remove(page);
  }

  /** Takes a locked page out whose content could not be written and is lost. */
  public void lose(Page page, IOException cause) {
    remove(page);
    cache.failures().add(inodeNumber(), cause);
  }

  /** Takes a locked page out; its content is not meant any more. */
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

  /** The first block at or behind one, before another, whose page is dirty; -1 if there is none. */
  public long nextDirty(long from, long end) {
    Long next = dirty.ceilingKey(from);
    return next == null || next >= end ? -1 : next;
  }

  /** The block behind the last one whose page is dirty; 0 if none is. */
  long dirtyEnd() {
    Map.Entry<Long, Page> last = dirty.lastEntry();
    return last == null ? 0 : last.getKey() + 1;
  }

  /** Whether there is nothing to keep the file in memory for. */
  boolean isIdle() {
    return pages.isEmpty();
  }

  /**
   * Locks dirty pages that follow one another.
   *
   * @param first block of the first one
   * @param most no more than so many
   * @return those that are still dirty and in the cache, from the first on; empty if it is not
   */
  public List<Page> lockDirtyRun(long first, int most) {
    List<Page> run = new ArrayList<>();
    for (long block = first; run.size() < most; block++) {
      Page page = dirty.get(block);
      if (page == null) {
        break;
      }
      page.lock();
      // It may have been written, or dropped, by somebody else while the lock was awaited.
      if (page.isAttached() && page.isDirty() && !page.isWriting()) {
        run.add(page);
      } else {
        page.unlock();
        break;
      }
    }
    return run;
  }

  /** Waits for all pages of a range that are being written. */
  public void awaitWritten(long first, long end) {
    for (Page page : pages.subMap(first, end).values()) {
      page.awaitWritten();
    }
  }

  /** How often writing some of the pages has failed: who waits for other threads' writes asks. */
  int failedWrites() {
    return failedWrites.get();
  }

  /** Some pages could not be written; said before any of them ends being written. */
  public void writeHasFailed() {
    failedWrites.incrementAndGet();
  }

  /** Whether a read that begins at a block continues the one before, and notes where it ends. */
  public boolean continuesReading(long firstBlock, long blockEnd) {
    boolean continues = firstBlock == readEnd || firstBlock + 1 == readEnd;
    readEnd = blockEnd;
    return continues;
  }

  /** Number of pages. */
  public int size() {
    return pages.size();
  }

  /** The pages of a range; others may come and go. */
  public Iterable<Page> in(long first, long end) {
    return pages.subMap(first, end).values();
  }
}
