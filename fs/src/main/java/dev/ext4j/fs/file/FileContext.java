package dev.ext4j.fs.file;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Journal;
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
 */
public record FileContext(
    Geometry geometry,
    BlockDevice device,
    BlockCache cache,
    Superblock superblock,
    BlockAllocator allocator,
    Journal journal,
    Clock clock) {}
