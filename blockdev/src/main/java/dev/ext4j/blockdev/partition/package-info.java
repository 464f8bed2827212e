/**
 * Partitions: where on a disk a file system lies. Tables come from untrusted images: whatever bytes
 * they hold, reading one ends with a table, with none, or with a {@link PartitionTableException},
 * after a bounded number of reads of bounded size.
 */
@NullMarked
package dev.ext4j.blockdev.partition;

import org.jspecify.annotations.NullMarked;
