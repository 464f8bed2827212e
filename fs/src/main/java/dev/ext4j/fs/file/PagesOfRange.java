package dev.ext4j.fs.file;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages in the range of an operation. The operation drops them before it changes the mapping.
 * {@link #settle} writes all of them back first. {@link #discard} writes back only the pages that
 * the range covers partially, because their bytes outside the range stay. The other pages are
 * dropped even if they are dirty. They can be restored as long as no part of the operation is
 * committed.
 */
final class PagesOfRange {
  private final Inode inode;
  private final Volume volume;
  private final FilePages pages;
  private final int bits;
  private final List<Page> unwritten = new ArrayList<>();

  PagesOfRange(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.pages = volume.pages().of(inode);
    this.bits = volume.geometry().blockSizeBits();
  }

  /** Drops the pages of a range whose content the operation removes. */
  void discard(long byteOffset, long byteEnd) throws IOException {
    if (isWithout()) {
      return;
    }
    int mask = volume.geometry().blockSize() - 1;
    long first = byteOffset >>> bits;
    long end = blockEnd(byteEnd);
    if ((byteOffset & mask) != 0) {
      volume.pages().writeBack(pages, first, first + 1);
    }
    if (byteEnd != Long.MAX_VALUE && (byteEnd & mask) != 0) {
      volume.pages().writeBack(pages, end - 1, end);
    }
    drop(first, end);
  }

  private long blockEnd(long byteEnd) {
    return byteEnd == Long.MAX_VALUE ? ExtentTree.MAX_BLOCKS + 1 : ((byteEnd - 1) >>> bits) + 1;
  }

  /**
   * Writes the pages of a range back and drops them. The operation changes or moves their blocks.
   */
  void settle(long byteOffset, long byteEnd) throws IOException {
    if (isWithout()) {
      return;
    }
    long first = byteOffset >>> bits;
    long end = blockEnd(byteEnd);
    volume.pages().writeBack(pages, first, end);
    pages.dropWritten(first, end);
    forgetDelayed(first, end);
  }

  /** Same as {@link #settle}, but for the block in which the file ends. */
  void settleTail() throws IOException {
    long size = inode.size();
    if ((size & volume.geometry().blockSize() - 1) != 0) {
      settle(size, size + 1);
    }
  }

  private boolean isWithout() {
    return inode.has(FileFlag.INLINE_DATA) || pages.size() == 0;
  }

  /**
   * Drops pages. Delayed blocks in the range have no content any more, so their space is released.
   */
  private void drop(long first, long end) {
    pages.drop(first, end, unwritten::add);
    forgetDelayed(first, end);
  }

  /**
   * Restores the dropped dirty pages after the operation was undone. If another thread has got the
   * space that was reserved for a page, the content of the page is lost. The loss is reported to
   * each owner of the open file. The caller has no handle open.
   */
  void bringBack() {
    BlockMapper mapper = new BlockMapper(inode, volume);
    DelayedBlocks delayed = new DelayedBlocks(inode, volume, mapper);
    for (Page dropped : unwritten) {
      Page page = pages.lockOrAdd(dropped.logicalBlock());
      try {
        delayed.prepareOrCommit(MappingContext.INODE, page.logicalBlock());
        page.content().put(0, dropped.content(), 0, volume.geometry().blockSize());
        page.setFilled();
        page.setDirty();
      } catch (IOException e) {
        pages.lose(page, e);
      } finally {
        page.unlock();
      }
    }
    keepNothing();
  }

  /** Discards the dropped pages. From now on they cannot be restored. */
  void keepNothing() {
    unwritten.clear();
  }

  private void forgetDelayed(long first, long end) {
    if (inode.status().nextDelayed(first, end) != null) {
      try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
        inode.status().remove(first, end);
      }
    }
  }
}
