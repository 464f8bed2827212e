/**
 * The opening of devices by the addresses that users type: files, disks, and partitions by number
 * or by the label of their file system. {@link Devices} is the entry point.
 */
@NullMarked
package dev.ext4j.blockdev.open;

import org.jspecify.annotations.NullMarked;
