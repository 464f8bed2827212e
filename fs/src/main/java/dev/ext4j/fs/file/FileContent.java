package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.content.FileReader;
import dev.ext4j.fs.content.PagedReader;
import dev.ext4j.fs.content.PagedWriter;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.extent.WalkBound;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.page.WriteFailures;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The content of a regular file. Any number of threads may read and write it, through pages in
 * memory or directly, bypassing the pages. Both ways see the same bytes.
 */
public final class FileContent {
  private final Inode inode;
  private final Volume volume;
  private final FilePages pages;
  private final PagedReader reader;
  private final WriteFailures.Listener failures;

  /** Opens the content of a regular file. */
  public FileContent(Inode inode, Volume volume) {
    this(inode, volume, volume.pages().failures().of(inode.inodeNumber()));
  }

  /**
   * Creates an object for the content of a regular file.
   *
   * @param failures the listener of the owner of the open file, to which lost content is reported
   */
  public FileContent(Inode inode, Volume volume, WriteFailures.Listener failures) {
    this.inode = inode;
    this.volume = volume;
    this.failures = failures;
    this.pages = volume.pages().of(inode);
    this.reader = new PagedReader(inode, volume);
  }

  /**
   * Returns whether content is now read through pages. Two kinds of content are not: content in the
   * inode, and content that several operations change in one transaction.
   */
  static boolean isReadByPages(Inode inode, Volume volume) {
    return !inode.has(FileFlag.INLINE_DATA) && !volume.journal().isInOneTransaction();
  }

  /** Returns whether content is now written through pages. */
  static boolean isPaged(Inode inode, Volume volume) {
    return isReadByPages(inode, volume)
        && inode.has(FileFlag.EXTENTS)
        && !inode.has(FileFlag.JOURNAL_DATA);
  }

  /**
   * Reads through pages, or directly if the content has no pages.
   *
   * @return the number of bytes read, or -1 if the offset is at or beyond the end of the file
   */
  public int read(long byteOffset, ByteBuffer target) throws IOException {
    if (!isReadByPages(inode, volume)) {
      return readDirect(byteOffset, target);
    }
    return reader.read(byteOffset, target);
  }

  /**
   * Reads directly, bypassing the pages. Dirty pages of the range are written back first. The inode
   * lock is held until the mapping has been looked up. During the transfer other threads may write,
   * and a thread that removes blocks waits for the end of the transfer.
   *
   * @return the number of bytes read, or -1 if the offset is at or beyond the end of the file
   */
  public int readDirect(long byteOffset, ByteBuffer target) throws IOException {
    int start = target.position();
    while (true) {
      int epoch = inode.contentEpoch();
      int count = tryReadDirect(byteOffset, target);
      if (inode.contentEpoch() == epoch) {
        return count;
      }
      target.position(start); // the blocks may have been reused before the read
    }
  }

  private int tryReadDirect(long byteOffset, ByteBuffer target) throws IOException {
    int bits = volume.geometry().blockSizeBits();
    long first = byteOffset >>> bits;
    long end = ((byteOffset + target.remaining()) >>> bits) + 1;
    FileReader reader = new FileReader(inode, volume);
    List<Mapping> runs;
    long readEnd;
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      volume.pages().writeBack(pages, first, end);
      if (byteOffset >= inode.size() || inode.has(FileFlag.INLINE_DATA)) {
        return reader.read(byteOffset, target);
      }
      readEnd = Math.min(byteOffset + target.remaining(), inode.size());
      runs = reader.runs(byteOffset, readEnd);
      inode.transfers().begin();
    }
    try {
      volume.probes().reach(SyncPoint.DIO_MAPPED, inode.inodeNumber(), first);
      int count = reader.transfer(runs, byteOffset, readEnd, target);
      volume.probes().reach(SyncPoint.DIO_DONE, inode.inodeNumber(), first);
      return count;
    } finally {
      inode.transfers().end();
    }
  }

  /**
   * Writes to pages, or directly if the file cannot be written through pages.
   *
   * @throws FileOperationException as in pwrite(2)
   */
  public void write(long byteOffset, ByteBuffer source) throws IOException {
    try (RankedLock.Held lock = inode.locks().inode().exclusive()) {
      writeLocked(byteOffset, source);
    }
  }

  /** Writes the part of a buffer that lies before the end of the file, and skips the rest. */
  void writeInside(long byteOffset, ByteBuffer source) throws IOException {
    try (RankedLock.Held lock = inode.locks().inode().exclusive()) {
      long inFile = Math.max(0, inode.size() - byteOffset);
      ByteBuffer part = source.duplicate();
      part.limit(part.position() + (int) Math.min(source.remaining(), inFile));
      if (part.hasRemaining()) {
        writeLocked(byteOffset, part);
      }
      source.position(source.limit());
    }
  }

  private void writeLocked(long byteOffset, ByteBuffer source) throws IOException {
    FileWriter direct = new FileWriter(inode, volume, byteOffset, source);
    direct.check();
    FallocateChecks.requireWhole(inode);
    if (isPaged(inode, volume)) {
      new PagedWriter(inode, volume).write(byteOffset, source);
    } else {
      direct.runLocked();
      source.position(source.limit());
    }
  }

  /**
   * Writes directly, bypassing the pages. The write is completed as a whole or not at all, under
   * the conditions of {@link FileWriter}.
   */
  public void writeDirect(long byteOffset, ByteBuffer source) throws IOException {
    new FileWriter(inode, volume, byteOffset, source).write();
  }

  /**
   * Writes all dirty pages of the file to the device, and makes all changes of the file durable.
   * Does no I/O if they are durable already.
   *
   * @throws IOException if a write fails, or if content written earlier was lost
   */
  public void force() throws IOException {
    volume.pages().force(pages, failures);
    ContentChange.settleTimes(inode, volume);
    volume.syncTo(inode.lastChange(), inode.lastPastWrite());
  }

  /**
   * Writes all dirty pages of the file to the device, and makes its content durable, with all that
   * is needed to read it. Times may be lost in a crash.
   *
   * @throws IOException as {@link #force}
   */
  public void forceContent() throws IOException {
    volume.pages().force(pages, failures);
    volume.syncTo(inode.lastContentChange(), inode.lastPastWrite());
  }

  /**
   * Writes all dirty pages of the file to the device. After that, the mapping on disk covers all
   * content.
   */
  public void writeBack() throws IOException {
    volume.pages().writeBack(pages, 0, Long.MAX_VALUE);
  }

  /**
   * Returns the first offset at or after {@code byteOffset} that has content, as {@code
   * lseek(SEEK_DATA)} does.
   *
   * @throws FileOperationException with ENXIO if there is no content at or after this offset, or if
   *     it is negative
   */
  public long seekData(long byteOffset) throws IOException {
    return seek(byteOffset, true);
  }

  /**
   * Returns the first offset at or after {@code byteOffset} in a hole, as {@code lseek(SEEK_HOLE)}
   * does. The end of the file counts as a hole.
   *
   * @throws FileOperationException with ENXIO if the offset is negative, or at or beyond the end of
   *     the file
   */
  public long seekHole(long byteOffset) throws IOException {
    return seek(byteOffset, false);
  }

  private long seek(long byteOffset, boolean data) throws IOException {
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      long size = inode.size();
      if (byteOffset < 0 || byteOffset >= size) {
        throw new FileOperationException(Errno.ENXIO, "there is nothing at " + byteOffset);
      }
      if (inode.has(FileFlag.INLINE_DATA)) {
        return data ? byteOffset : size;
      }
      BlockMapper mapper = new BlockMapper(inode, volume);
      int bits = volume.geometry().blockSizeBits();
      WalkBound bound = new WalkBound(inode.inodeNumber(), volume.geometry());
      // The size of a damaged file may exceed the largest mappable size. The excess is one hole.
      long end = Math.min((size + (1L << bits) - 1) >>> bits, mapper.maxBlocks());
      for (long block = byteOffset >>> bits; block < end; ) {
        Mapping blocks = mapper.query(MappingContext.INODE, block, Long.MAX_VALUE).mapping();
        long found = find(blocks, data);
        if (found >= 0) {
          return Math.min(size, Math.max(byteOffset, found << bits));
        }
        bound.pass(blocks.isAllocated() ? blocks.blockCount() : 0);
        block = blocks.logicalEnd();
      }
      if (data) {
        throw new FileOperationException(Errno.ENXIO, "there is only a hole behind " + byteOffset);
      }
      return Math.min(size, Math.max(byteOffset, end << bits));
    }
  }

  /**
   * Returns the first block of a run that is content, or if {@code data} is false the first block
   * that is not content. Returns -1 if there is no such block.
   */
  private long find(Mapping blocks, boolean data) {
    return switch (blocks.state()) {
      case WRITTEN, DELAYED, INLINE -> data ? blocks.logicalBlock() : -1;
      case HOLE -> data ? -1 : blocks.logicalBlock();
      case UNWRITTEN -> data ? nextInMemory(blocks) : nextNotInMemory(blocks);
    };
  }

  /**
   * Returns the first unwritten block whose page is dirty or being written, which makes it content.
   */
  private long nextInMemory(Mapping blocks) {
    for (Page page : pages.in(blocks.logicalBlock(), blocks.logicalEnd())) {
      if (page.isOnItsWay()) {
        return page.logicalBlock();
      }
    }
    return -1;
  }

  private long nextNotInMemory(Mapping blocks) {
    long block = blocks.logicalBlock();
    for (Page page : pages.in(block, blocks.logicalEnd())) {
      if (page.logicalBlock() > block || !page.isOnItsWay()) {
        break;
      }
      block++;
    }
    return block < blocks.logicalEnd() ? block : -1;
  }
}
