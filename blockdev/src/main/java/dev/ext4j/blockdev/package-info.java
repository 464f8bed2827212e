/**
 * The contract of a block device: {@link BlockDevice}, its failures, and {@link ForwardingDevice},
 * the base of devices that wrap another one. The engine and the checker access a disk only through
 * these types.
 */
@NullMarked
package dev.ext4j.blockdev;

import org.jspecify.annotations.NullMarked;
