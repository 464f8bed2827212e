/**
 * Devices of the operating system: image files and block devices behind a descriptor. This is the
 * one home of jnr, and nothing outside may see its traps: a length, an offset, a buffer position or
 * an error number enters and leaves through {@link PosixBlockDevice} only. What must hold before
 * the first byte is written, that nobody else writes to the same disk, is checked here too, by one
 * class a kind of user (lock, mount table, swap, loop device, device mapper).
 */
@NullMarked
package dev.ext4j.blockdev.posix;

import org.jspecify.annotations.NullMarked;
