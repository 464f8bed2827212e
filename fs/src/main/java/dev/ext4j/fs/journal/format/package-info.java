/**
 * The structures of the log (jbd2) as views over a {@link java.nio.ByteBuffer}. They are
 * big-endian, unlike all other structures of ext4. The fast commits are an exception: they are
 * little-endian. The source is the kernel's documentation (filesystems/ext4/journal).
 */
@NullMarked
package dev.ext4j.fs.journal.format;

import org.jspecify.annotations.NullMarked;
