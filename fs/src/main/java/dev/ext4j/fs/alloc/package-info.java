/**
 * The allocation of space: {@link BlockAllocator} over the bitmaps of the groups, and {@link
 * InodeAllocator}.
 */
@NullMarked
package dev.ext4j.fs.alloc;

import org.jspecify.annotations.NullMarked;
