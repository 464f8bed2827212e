/**
 * The options of a check and its results: problems and statistics. {@link ProblemCode} lists all
 * problems that can be found. docs/FSCK.md maps the names of e2fsck to these problems.
 *
 * <p>The checker itself is in the packages below: {@code table}, {@code state}, {@code dir}, {@code
 * inode} and {@code check}. It uses the same format classes and checksums as the engine, but walks
 * the image with its own code. Therefore a mistake in the engine does not hide damage here. The
 * checker writes nothing to the image.
 */
@NullMarked
package dev.ext4j.fs.fsck;

import org.jspecify.annotations.NullMarked;
