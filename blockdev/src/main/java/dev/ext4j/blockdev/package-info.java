/**
 * What ext4j reads from and writes to: the {@link BlockDevice} contract, its failures, and {@code
 * Devices}, which turns an address typed by a user into an open device. Everything above this
 * package knows a disk only through these types.
 */
@NullMarked
package dev.ext4j.blockdev;

import org.jspecify.annotations.NullMarked;
