/**
 * Devices of the operating system: image files and block devices that are accessed through file
 * descriptors. Only this package uses jnr, and it hides the pitfalls of jnr from all other
 * packages. Other packages use only {@link PosixBlockDevice}. It checks ranges against the size of
 * the device and reports errno values as exceptions. This package also checks, before the first
 * byte is written, that no other program writes to the same disk. It has one class for each kind of
 * user (lock, mount table, swap, loop device, device mapper).
 */
@NullMarked
package dev.ext4j.blockdev.posix;

import org.jspecify.annotations.NullMarked;
