/**
 * The on-disk structures as views over a {@link java.nio.ByteBuffer}: one {@link Field} per field
 * with the kernel's name and offset, used by both directions, so that bytes nobody here knows
 * survive. Facts are from the kernel's documentation (filesystems/ext4) and the structures named in
 * each class. No I/O and no state; offsets and magic numbers appear in this package only.
 */
@NullMarked
package dev.ext4j.fs.format;

import org.jspecify.annotations.NullMarked;
