/**
 * The on-disk structures as views over a {@link java.nio.ByteBuffer}. A {@link Field} describes one
 * field of a structure with the kernel's name and offset. It is used for reading and for writing. A
 * write changes only the bytes of one field, so bytes that are unknown to this library stay
 * unchanged. The facts are from the kernel's documentation (filesystems/ext4) and from the
 * structures named in each class. The package does no I/O and keeps no state. Offsets and magic
 * numbers of these structures appear only in this package. Those of the journal are in {@code
 * journal.format}.
 */
@NullMarked
package dev.ext4j.fs.format;

import org.jspecify.annotations.NullMarked;
