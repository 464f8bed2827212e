/**
 * The on-disk structures as views over a {@link java.nio.ByteBuffer}. There is one {@link Field}
 * per field, with the kernel's name and offset. It is used for reading and writing, so bytes that
 * are unknown to this library stay unchanged. The facts are from the kernel's documentation
 * (filesystems/ext4) and from the structures named in each class. The package does no I/O and keeps
 * no state. Offsets and magic numbers appear in this package only.
 */
@NullMarked
package dev.ext4j.fs.format;

import org.jspecify.annotations.NullMarked;
