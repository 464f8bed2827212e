/**
 * ext4 in user space: the doors of the public API. {@link Ext4FileSystem} opens an image, {@link
 * Ext4File} works on one of its files, and {@link Fsck} checks an image. The values that these
 * classes take and return are in {@code model}; what can be seen inside an image is in {@code
 * inspect}; failures are in {@code error}, and the problems that a check finds in {@code fsck}.
 */
@NullMarked
package dev.ext4j.fs;

import org.jspecify.annotations.NullMarked;
