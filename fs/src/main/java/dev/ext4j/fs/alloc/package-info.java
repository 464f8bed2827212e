/** Who takes and gives back space: {@link BlockAllocator} over the bitmaps of the groups. */
@NullMarked
package dev.ext4j.fs.alloc;

import org.jspecify.annotations.NullMarked;
