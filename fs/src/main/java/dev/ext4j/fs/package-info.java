/**
 * The entry points of the public API of ext4 in user space. {@link Ext4FileSystem} opens an image,
 * {@link Ext4File} works on one of its files, and {@link Fsck} checks an image.
 *
 * <ul>
 *   <li>The values that these classes take and return are in {@code model}.
 *   <li>Inspection data of an image is in {@code inspect}.
 *   <li>Exceptions are in {@code error}.
 *   <li>The problems that a check finds are in {@code fsck}.
 * </ul>
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs;

import org.jspecify.annotations.NullMarked;
