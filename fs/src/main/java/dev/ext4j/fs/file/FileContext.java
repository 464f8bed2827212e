package dev.ext4j.fs.file;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.page.PageCache;
import java.io.IOException;
import java.time.Clock;

/**
 * The parts of an open file system that operations on files work with.
 *
 * @param geometry sizes and features
 * @param device for content, which does not go through the cache
 * @param cache for metadata
 * @param superblock the counters
 * @param allocator takes and frees blocks
 * @param journal where changes begin
 * @param clock where time stamps come from
 * @param pages content of files in memory
 */
public record FileContext(
    Geometry geometry,
    BlockDevice device,
    BlockCache cache,
    Superblock superblock,
    BlockAllocator allocator,
    Journal journal,
    Clock clock,
    PageCache pages) {
  /**
   * The parts, with an empty page cache that is written back through them.
   *
   * @param pageBytes bound of that cache, in bytes
   */
  public FileContext(
      Geometry geometry,
      BlockDevice device,
      BlockCache cache,
      Superblock superblock,
      BlockAllocator allocator,
      Journal journal,
      Clock clock,
      long pageBytes) {
    this(
        geometry,
        device,
        cache,
        superblock,
        allocator,
        journal,
        clock,
        new PageCache(geometry.blockSize(), pageBytes));
    pages.writeTo(new WriteBack(this));
  }

  /**
   * Makes durable all that was changed, and all content that has been written to its place: that
   * may be so after the last change of metadata was committed, by another thread. After a flush
   * that failed nothing counts as durable any more: what the device had not written may be gone.
   *
   * @throws FileOperationException EROFS after an earlier failure
   */
  public void sync() throws IOException {
    journal.commit();
    boolean done = false;
    try {
      cache.flushPastWrites();
      done = true;
    } finally {
      if (!done) {
        journal.abort(); // another flush would succeed, and say nothing of what this one has lost
      }
    }
  }
}
