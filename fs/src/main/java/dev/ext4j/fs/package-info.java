/**
 * ext4 in user space: the public API. {@link Ext4FileSystem} opens an image, {@link Ext4File} works
 * on one of its files. The packages below this one are internal, but for {@code error}.
 */
@NullMarked
package dev.ext4j.fs;

import org.jspecify.annotations.NullMarked;
