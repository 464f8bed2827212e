/**
 * Devices of the operating system: image files and block devices with a descriptor. Only this
 * package uses jnr, and it hides the traps of jnr from all other packages. Lengths, offsets, buffer
 * positions and error numbers pass only through {@link PosixBlockDevice}. This package also checks,
 * before the first byte is written, that no other program writes to the same disk. It has one class
 * for each kind of user (lock, mount table, swap, loop device, device mapper).
 */
@NullMarked
package dev.ext4j.blockdev.posix;

import org.jspecify.annotations.NullMarked;
