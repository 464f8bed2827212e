package dev.ext4j.fs.volume;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.page.PageCache;
import dev.ext4j.fs.probe.Probes;
import java.io.IOException;
import java.time.Clock;

/**
 * The parts of an open file system that operations on files use.
 *
 * @param geometry the sizes and features
 * @param device the device, from which content is read without the block cache
 * @param cache the block cache, which holds metadata
 * @param superblock the superblock in memory
 * @param groups the group descriptors in memory
 * @param inodes the inodes in memory
 * @param allocator the allocator, which allocates and frees blocks
 * @param journal the journal, which starts the handle of each change
 * @param clock the source of time stamps
 * @param probes the probes, which the journal, the allocator and the locks use as well
 * @param pages the page cache, which holds content of files in memory
 */
public record Volume(
    Geometry geometry,
    BlockDevice device,
    BlockCache cache,
    Superblock superblock,
    GroupTable groups,
    InodeTable inodes,
    BlockAllocator allocator,
    Journal journal,
    Clock clock,
    Probes probes,
    PageCache pages) {
  /**
   * Collects the objects of an open file system, and creates an empty page cache. Dirty pages are
   * not written back until the cache is given a {@link dev.ext4j.fs.page.PageStore}.
   *
   * @param order the lock order that the locks of pages belong to; it also has the probes
   * @param pageBytes the bound of the page cache in bytes
   */
  public Volume(
      Geometry geometry,
      BlockDevice device,
      BlockCache cache,
      Superblock superblock,
      GroupTable groups,
      InodeTable inodes,
      BlockAllocator allocator,
      Journal journal,
      Clock clock,
      LockOrder order,
      long pageBytes) {
    this(
        geometry,
        device,
        cache,
        superblock,
        groups,
        inodes,
        allocator,
        journal,
        clock,
        order.probes(),
        new PageCache(order, geometry.blockSize(), pageBytes));
  }

  /**
   * Makes all changes of metadata durable, and all content that has been written to its blocks.
   *
   * @throws FileOperationException with EROFS if a commit or a flush has failed before
   */
  public void sync() throws IOException {
    syncTo(journal.runningNumber(), cache.pastWrites());
  }

  /**
   * Makes changes durable. Does no I/O if they are durable already. Content may have been written
   * after another thread committed the last change of metadata. Therefore the device is flushed
   * separately if no commit has flushed it since. If the flush fails, the journal is aborted,
   * because content that was only in the device's cache may be lost.
   *
   * @param transactionNumber the transaction up to which the changes of metadata become durable
   * @param pastWrite the number of the write past the cache up to which content becomes durable
   * @throws FileOperationException with EROFS if a commit or a flush has failed before
   */
  public void syncTo(long transactionNumber, long pastWrite) throws IOException {
    journal.commitTo(transactionNumber);
    boolean done = false;
    try {
      cache.flushPastWrites(pastWrite);
      done = true;
    } finally {
      if (!done) {
        journal.abort(); // a later flush could succeed without reporting the lost content
      }
    }
  }
}
