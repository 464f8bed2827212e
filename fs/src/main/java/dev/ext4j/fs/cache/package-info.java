/**
 * A cache of metadata blocks. {@link BlockCache} returns one {@link CachedBlock} for each block
 * number, as the kernel's buffer cache does, within a bounded amount of memory.
 */
@NullMarked
package dev.ext4j.fs.cache;

import org.jspecify.annotations.NullMarked;
