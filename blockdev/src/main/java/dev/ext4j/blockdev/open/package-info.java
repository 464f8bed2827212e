/**
 * From the address that a user types to an open device: files, disks, partitions by number or by
 * the label of their file system. {@link Devices} is the entry point.
 */
@NullMarked
package dev.ext4j.blockdev.open;

import org.jspecify.annotations.NullMarked;
