package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages that an operation has to see gone. What the range covers in part is written back first,
 * since its bytes outside stay; what it covers as a whole is dropped, dirty or not, and can be
 * brought back as long as the operation has changed nothing.
 */
final class PagesOfRange {
  private final Inode inode;
  private final FileContext context;
  private final FilePages pages;
  private final int bits;
  private final List<Page> unwritten = new ArrayList<>();

  PagesOfRange(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
    this.pages = context.pages().of(inode);
    this.bits = context.geometry().blockSizeBits();
  }

  /** Drops the pages of bytes that lose their content. */
  void discard(long byteOffset, long byteEnd) throws IOException {
    if (isWithout()) {
      return;
    }
    int mask = context.geometry().blockSize() - 1;
    long first = byteOffset >>> bits;
    long end = blockEnd(byteEnd);
    if ((byteOffset & mask) != 0) {
      context.pages().writeBack(pages, first, first + 1);
    }
    if (byteEnd != Long.MAX_VALUE && (byteEnd & mask) != 0) {
      context.pages().writeBack(pages, end - 1, end);
    }
    drop(first, end);
  }

  private long blockEnd(long byteEnd) {
    return byteEnd == Long.MAX_VALUE ? ExtentTree.MAX_BLOCKS + 1 : ((byteEnd - 1) >>> bits) + 1;
  }

  /** Writes pages back and drops them: their content is going to lie elsewhere. */
  void settle(long byteOffset, long byteEnd) throws IOException {
    if (isWithout()) {
      return;
    }
    long first = byteOffset >>> bits;
    long end = blockEnd(byteEnd);
    context.pages().writeBack(pages, first, end);
    pages.dropWritten(first, end);
    forgetDelayed(first, end);
  }

  /** As {@link #settle}, for the block that the file ends in. */
  void settleTail() throws IOException {
    long size = inode.size();
    if ((size & context.geometry().blockSize() - 1) != 0) {
      settle(size, size + 1);
    }
  }

  private boolean isWithout() {
    return inode.has(FileFlag.INLINE_DATA) || pages.size() == 0;
  }

  /** What is delayed there has no content any more, and needs no space. */
  private void drop(long first, long end) {
    pages.drop(first, end, unwritten::add);
    forgetDelayed(first, end);
  }

  /**
   * Puts back what was dropped before it was written, after the operation was undone. Where another
   * thread has taken the space that was promised to it, it is lost, and each owner of the open file
   * is told. The caller has no handle open.
   */
  void bringBack() {
    BlockMapper mapper = new BlockMapper(inode, context);
    DelayedBlocks delayed = new DelayedBlocks(inode, context, mapper);
    for (Page dropped : unwritten) {
      Page page = pages.lockOrAdd(dropped.logicalBlock());
      try {
        delayed.prepareOrCommit(MappingContext.INODE, page.logicalBlock());
        page.content().put(0, dropped.content(), 0, context.geometry().blockSize());
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

  /** Gives up what was dropped: from now on the operation cannot be undone. */
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
