package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.content.PagedReader;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file as memory, as a shared mmap(2) shows it. Loads and stores go to pages without the inode
 * lock. A missing page is read under the invalidate lock. A store to a dirty page is done at once.
 * A clean page counts as write-protected: the store faults, and the block of the page is allocated
 * or reserved before the page becomes dirty ({@code ext4_page_mkwrite}).
 *
 * <p>The last page may be used to its end. Bytes that are stored there after the end of the file
 * are not written, and vanish at the latest when the file grows.
 */
public final class MappedFile {
  private final Inode inode;
  private final Volume volume;
  private final FilePages pages;
  private final PagedReader reader;
  private final DelayedBlocks delayed;
  private final int bits;
  private final int mask;

  /** Creates the mapping of a regular file into memory. */
  public MappedFile(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.pages = volume.pages().of(inode);
    this.reader = new PagedReader(inode, volume);
    this.delayed = new DelayedBlocks(inode, volume, new BlockMapper(inode, volume));
    this.bits = volume.geometry().blockSizeBits();
    this.mask = volume.geometry().blockSize() - 1;
  }

  /**
   * Fills a buffer with the bytes at an offset.
   *
   * @throws FileOperationException with EFAULT after the last page of the file, where a process
   *     would get SIGBUS
   */
  public void load(long byteOffset, ByteBuffer target) throws IOException {
    if (!FileContent.isReadByPages(inode, volume)) {
      loadWithoutPages(byteOffset, target);
      return;
    }
    for (long at = byteOffset; target.hasRemaining(); ) {
      int inPage = (int) (at & mask);
      int count = Math.min(target.remaining(), mask + 1 - inPage);
      Page page = pages.find(at >> bits);
      while (page == null || !page.isFilled()) {
        requireInFile(at >> bits);
        page = reader.fill(at >> bits, (at >> bits) + 1, false);
        volume.pages().trim();
      }
      target.put(target.position(), page.content(), inPage, count);
      target.position(target.position() + count);
      at += count;
    }
  }

  /**
   * Loads content that is not in pages. Bytes after the end of the file, up to the end of the page,
   * are zeros.
   */
  private void loadWithoutPages(long byteOffset, ByteBuffer target) throws IOException {
    requireInFile((byteOffset + Math.max(1, target.remaining()) - 1) >> bits);
    new FileContent(inode, volume).read(byteOffset, target);
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  /**
   * Stores all of a buffer at an offset. The part of each page is stored in one step.
   *
   * @throws FileOperationException with EFAULT as {@link #load}; with ENOSPC if there is no space,
   *     where a process would get SIGBUS
   */
  public void store(long byteOffset, ByteBuffer source) throws IOException {
    long at = byteOffset;
    while (source.hasRemaining()) {
      int inPage = (int) (at & mask);
      int count = Math.min(source.remaining(), mask + 1 - inPage);
      if (!FileContent.isPaged(inode, volume)) {
        storeWithoutPages(at, source);
        return;
      }
      if (!storeIfDirty(at >> bits, inPage, count, source)) {
        faultAndStore(at >> bits, inPage, count, source);
        volume.pages().trim();
      }
      at += count;
    }
  }

  /**
   * Stores content that cannot be written through pages directly, but not beyond the end of the
   * file.
   */
  private void storeWithoutPages(long byteOffset, ByteBuffer source) throws IOException {
    requireInFile(byteOffset >> bits);
    new FileContent(inode, volume).writeInside(byteOffset, source);
  }

  private boolean storeIfDirty(long block, int inPage, int count, ByteBuffer source) {
    Page page = pages.find(block);
    if (page == null) {
      return false;
    }
    page.lock();
    try {
      if (!page.isAttached() || !page.isDirty()) {
        return false;
      }
      put(page, inPage, count, source);
      return true;
    } finally {
      page.unlock();
    }
  }

  private static void put(Page page, int inPage, int count, ByteBuffer source) {
    page.content().put(inPage, source, source.position(), count);
    source.position(source.position() + count);
  }

  private void faultAndStore(long block, int inPage, int count, ByteBuffer source)
      throws IOException {
    FallocateChecks.checkContent(inode, volume);
    ContentChange.noteAlone(inode, volume);
    if (!volume.probes().takes(Safeguard.INVALIDATE_LOCK)) {
      makeWritable(block, inPage, count, source);
      return;
    }
    try (RankedLock.Held lock = inode.locks().invalidate().shared()) {
      inode.busy().requireNone();
      makeWritable(block, inPage, count, source);
    }
  }

  private void makeWritable(long block, int inPage, int count, ByteBuffer source)
      throws IOException {
    Page page = pages.lockOrAdd(block);
    try {
      requireInFile(block);
      reader.fillForWriting(page, MappingContext.INVALIDATE);
      delayed.prepareOrCommit(MappingContext.INVALIDATE, block);
      page.setDirty();
      put(page, inPage, count, source);
    } finally {
      if (!page.isFilled()) {
        pages.abandon(page);
      }
      page.unlock();
    }
  }

  private void requireInFile(long block) throws FileOperationException {
    if (block < 0 || block << bits >= inode.size()) {
      throw new FileOperationException(
          Errno.EFAULT, "there is no page at byte " + (block << bits) + ": the file is shorter");
    }
  }
}
