/**
 * ext4 in user space: the public API. {@link Ext4FileSystem} opens an image, and {@link Ext4File}
 * works on one of its files. The packages below this one are internal, except {@code error}.
 */
@NullMarked
package dev.ext4j.fs;

import org.jspecify.annotations.NullMarked;
