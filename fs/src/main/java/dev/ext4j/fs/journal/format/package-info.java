/**
 * The structures of the log (jbd2) as views over a {@link java.nio.ByteBuffer}. Unlike all other
 * structures they are big-endian, except the fast commits. The source is the kernel's documentation
 * (filesystems/ext4/journal).
 */
@NullMarked
package dev.ext4j.fs.journal.format;

import org.jspecify.annotations.NullMarked;
