/**
 * What is done with the content of one file: {@link BlockMapper} is the one door to its mapping,
 * {@link FileReader} reads through it, {@link PunchHole} removes a range.
 */
@NullMarked
package dev.ext4j.fs.file;

import org.jspecify.annotations.NullMarked;
