package dev.ext4j.fs.content;

import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A writer to pages in memory, as write(2) does, for files with extents. A write reserves space for
 * its blocks. They are allocated when the pages are written back.
 */
public final class PagedWriter {
  private final Inode inode;
  private final Volume volume;
  private final FilePages pages;
  private final PagedReader reader;
  private final BlockMapper mapper;
  private final DelayedBlocks delayed;
  private final int bits;
  private final int blockSize;

  /** Creates a writer to a regular file that has extents and whose content is not in the inode. */
  public PagedWriter(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.pages = volume.pages().of(inode);
    this.reader = new PagedReader(inode, volume);
    this.mapper = new BlockMapper(inode, volume);
    this.delayed = new DelayedBlocks(inode, volume, mapper);
    this.blockSize = volume.geometry().blockSize();
    this.bits = volume.geometry().blockSizeBits();
  }

  /**
   * Writes all remaining bytes of a buffer. The caller holds the inode lock exclusively, and has
   * checked that the file can be written.
   *
   * @throws FileOperationException with ENOSPC if there is no space. The bytes before the position
   *     of the buffer have been written
   */
  public void write(long byteOffset, ByteBuffer source) throws IOException {
    inode.locks().inode().requireExclusive();
    if (!source.hasRemaining()) {
      return;
    }
    ContentChange.noteLater(inode, volume);
    try {
      writeBlocks(byteOffset, source);
    } finally {
      volume.journal().tellCommitter(); // last, so that it finds the pages dirty
    }
  }

  private void writeBlocks(long byteOffset, ByteBuffer source) throws IOException {
    if (byteOffset > inode.size()) {
      zeroTail();
    }
    long at = byteOffset;
    while (source.hasRemaining()) {
      int inBlock = (int) (at & (blockSize - 1));
      int count = Math.min(source.remaining(), blockSize - inBlock);
      writeBlock(at >>> bits, inBlock, count, source);
      at += count;
      volume.pages().trim();
    }
  }

  /**
   * Zeroes the bytes after the end of the file in its last block, in memory and on disk, because
   * they become visible when the file grows.
   */
  private void zeroTail() throws IOException {
    long size = inode.size();
    int inBlock = (int) (size & (blockSize - 1));
    if (inBlock == 0 || !volume.probes().takes(Safeguard.TAIL_ZEROED)) {
      return;
    }
    Page page = pages.lockOrAdd(size >>> bits);
    try {
      reader.fillForWriting(page, MappingContext.INODE);
      ByteBuffer content = page.content();
      boolean clean = true;
      for (int i = inBlock; i < blockSize; i++) {
        clean &= content.get(i) == 0;
        content.put(i, (byte) 0);
      }
      if (!clean && isAllocatedOrDelayed(page)) {
        page.setDirty();
      }
    } finally {
      page.unlock();
    }
  }

  private boolean isAllocatedOrDelayed(Page page) throws IOException {
    return mapper.map(page.logicalBlock(), 1).state() != State.HOLE;
  }

  private void writeBlock(long block, int inBlock, int count, ByteBuffer source)
      throws IOException {
    Page page = pages.lockOrAdd(block);
    try {
      if (count < blockSize) {
        reader.fillForWriting(page, MappingContext.INODE);
      }
      delayed.prepareOrCommit(MappingContext.INODE, block);
      page.content().put(inBlock, source, source.position(), count);
      source.position(source.position() + count);
      page.setFilled();
      page.setDirty();
      long end = (block << bits) + inBlock + count;
      if (end > inode.size()) {
        try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
          inode.setSize(end);
        }
      }
    } finally {
      if (!page.isFilled()) {
        pages.abandon(page);
      }
      page.unlock();
    }
  }
}
