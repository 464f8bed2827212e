/**
 * The partition tables of disks, from which the location of a file system on a disk is read. The
 * tables come from untrusted images. Whatever bytes an image holds, a read ends with a table, with
 * no table, or with a {@link PartitionTableException}. The number of reads from the device and the
 * size of each are bounded.
 */
@NullMarked
package dev.ext4j.blockdev.partition;

import org.jspecify.annotations.NullMarked;
