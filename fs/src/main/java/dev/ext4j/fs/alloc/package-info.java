/**
 * The allocation of space. {@link BlockAllocator} allocates and frees clusters, and {@link
 * InodeAllocator} marks inodes as used or free.
 */
@NullMarked
package dev.ext4j.fs.alloc;

import org.jspecify.annotations.NullMarked;
