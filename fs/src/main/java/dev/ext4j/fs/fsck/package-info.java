/**
 * The options of a check and its results: problems and statistics. {@link ProblemCode} lists all
 * problems that can be found, and docs/FSCK.md maps e2fsck's names to these.
 *
 * <p>The checker itself is in the packages below: {@code table}, {@code state}, {@code dir}, {@code
 * inode} and {@code check}. It uses the same format classes and checksums as the engine, but walks
 * the image with its own code. So a mistake in the engine does not hide damage here. It writes
 * nothing.
 */
@NullMarked
package dev.ext4j.fs.fsck;

import org.jspecify.annotations.NullMarked;
