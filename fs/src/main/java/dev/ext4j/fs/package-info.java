/**
 * ext4 in user space: the entry points of the public API. {@link Ext4FileSystem} opens an image,
 * {@link Ext4File} works on one of its files, and {@link Fsck} checks an image. The values that
 * these classes take and return are in {@code model}; inspection data of an image is in {@code
 * inspect}; failures are in {@code error}, and the problems that a check finds in {@code fsck}.
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs;

import org.jspecify.annotations.NullMarked;
