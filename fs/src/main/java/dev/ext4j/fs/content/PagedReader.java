package dev.ext4j.fs.content;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader of content through the page cache. Content in memory is copied without any lock. Missing
 * pages are added and filled under the invalidate lock. An operation that removes blocks takes this
 * lock before it drops pages, and holds it until its change of the mapping is complete. A read that
 * continues the last read of the file reads ahead.
 */
public final class PagedReader {
  private static final int READ_AHEAD_BYTES = 256 << 10;

  private final Inode inode;
  private final Volume volume;
  private final FilePages pages;
  private final BlockMapper mapper;
  private final int bits;

  /**
   * Creates a reader of a regular file, which any number of threads may use. {@link #read} is for
   * content in blocks only, not for content in the inode.
   */
  public PagedReader(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.pages = volume.pages().of(inode);
    this.mapper = new BlockMapper(inode, volume);
    this.bits = volume.geometry().blockSizeBits();
  }

  /**
   * Fills a buffer with the content starting at a byte offset, up to the end of the content.
   *
   * @return the number of bytes read, or -1 if the offset is at or beyond the end of the content
   */
  public int read(long byteOffset, ByteBuffer target) throws IOException {
    long size = inode.size();
    if (byteOffset >= size) {
      return -1;
    }
    int wanted = (int) Math.min(target.remaining(), size - byteOffset);
    long end = byteOffset + wanted;
    long blockEnd = ((end - 1) >>> bits) + 1;
    boolean continues = pages.continuesReading(byteOffset >>> bits, blockEnd);
    int mask = volume.geometry().blockSize() - 1;
    for (long at = byteOffset; at < end; ) {
      long block = at >>> bits;
      Page page = pages.find(block);
      while (page == null || !page.isFilled()) { // or its content has become invalid
        page = fill(block, blockEnd, continues);
        volume.pages().trim();
      }
      int inBlock = (int) (at & mask);
      int count = (int) Math.min(mask + 1 - inBlock, end - at);
      target.put(target.position(), page.content(), inBlock, count);
      target.position(target.position() + count);
      at += count;
    }
    return wanted;
  }

  /**
   * Adds pages starting at a block, and fills them. The blocks of the added pages are one run of
   * the mapping.
   */
  public Page fill(long block, long wantedEnd, boolean continues) throws IOException {
    volume.probes().reach(SyncPoint.RD_MISS, inode.inodeNumber(), block);
    if (!volume.probes().takes(Safeguard.INVALIDATE_LOCK)) {
      return fillLocked(block, wantedEnd, continues);
    }
    try (RankedLock.Held lock = inode.locks().invalidate().shared()) {
      inode.busy().requireNone();
      return fillLocked(block, wantedEnd, continues);
    }
  }

  private Page fillLocked(long block, long wantedEnd, boolean continues) throws IOException {
    Page first = pages.lockOrAdd(block);
    List<Page> added = new ArrayList<>();
    added.add(first);
    try {
      volume.probes().reach(SyncPoint.RD_ADDED, inode.inodeNumber(), block);
      if (first.isFilled()) {
        return first;
      }
      long ahead = (long) READ_AHEAD_BYTES >>> bits;
      long inFile = ((inode.size() - 1) >>> bits) + 1;
      long end =
          Math.min(inFile, continues ? wantedEnd + ahead : Math.min(wantedEnd, block + ahead));
      int epoch = inode.contentEpoch();
      Mapping blocks = mapper.map(block, Math.max(1, Math.min(end - block, ahead)));
      volume.probes().reach(SyncPoint.RD_MAPPED, inode.inodeNumber(), block);
      for (long next = block + 1; next < blocks.logicalEnd(); next++) {
        Page page = pages.addLocked(next);
        if (page == null) {
          break; // another thread has added it
        }
        added.add(page);
      }
      transfer(blocks, added, epoch);
      volume.probes().reach(SyncPoint.RD_FILLED, inode.inodeNumber(), block);
      return first;
    } finally {
      for (int i = added.size() - 1; i >= 0; i--) { // held locks are searched from the last
        Page page = added.get(i);
        if (!page.isFilled()) {
          pages.abandon(page);
        }
        page.unlock();
      }
    }
  }

  private void transfer(Mapping blocks, List<Page> added, int epoch) throws IOException {
    int blockSize = volume.geometry().blockSize();
    if (blocks.state() == State.WRITTEN) {
      ByteBuffer read = StagingBuffer.of(added.size() * blockSize);
      new FileReader(inode, volume)
          .transfer(blocks.from(blocks.logicalBlock(), added.size()), 0, read.limit(), read);
      for (int i = 0; i < added.size(); i++) {
        added.get(i).content().put(0, read, i * blockSize, blockSize);
      }
    } else {
      added.forEach(Page::zero);
    }
    added.forEach(page -> page.setFilled(epoch));
  }

  /**
   * Makes sure that a locked page is filled with the content of its block.
   *
   * @param right the lock that the caller holds in addition to the page lock
   */
  public void fillForWriting(Page page, MappingContext right) throws IOException {
    while (!page.isFilled()) {
      int epoch = inode.contentEpoch();
      Mapping block = mapper.query(right, page.logicalBlock(), 1).mapping();
      transfer(block, List.of(page), epoch);
    }
  }
}
