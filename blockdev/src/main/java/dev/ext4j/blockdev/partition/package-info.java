/**
 * Partitions, which say where on a disk a file system lies. Partition tables come from untrusted
 * images. Reading one ends, whatever bytes it holds, with a table, with no table, or with a {@link
 * PartitionTableException}, after a bounded number of reads of bounded size.
 */
@NullMarked
package dev.ext4j.blockdev.partition;

import org.jspecify.annotations.NullMarked;
