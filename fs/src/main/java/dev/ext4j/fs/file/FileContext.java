package dev.ext4j.fs.file;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.page.PageCache;
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
  private static final long DEFAULT_PAGE_BYTES = 16L << 20;

  /** The parts, with a page cache of the usual size. */
  public FileContext(
      Geometry geometry,
      BlockDevice device,
      BlockCache cache,
      Superblock superblock,
      BlockAllocator allocator,
      Journal journal,
      Clock clock) {
    this(
        geometry,
        device,
        cache,
        superblock,
        allocator,
        journal,
        clock,
        DEFAULT_PAGE_BYTES,
        new WriteBack());
  }

  private FileContext(
      Geometry geometry,
      BlockDevice device,
      BlockCache cache,
      Superblock superblock,
      BlockAllocator allocator,
      Journal journal,
      Clock clock,
      long pageBytes,
      WriteBack writeBack) {
    this(
        geometry,
        device,
        cache,
        superblock,
        allocator,
        journal,
        clock,
        new PageCache(geometry.blockSize(), pageBytes, writeBack));
    writeBack.use(this);
  }
}
