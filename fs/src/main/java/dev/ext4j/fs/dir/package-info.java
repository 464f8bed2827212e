/**
 * Directories: {@link DirectoryReader} lists one, {@link PathResolver} follows a path, {@link
 * DirectoryWriter} adds and removes names.
 */
@NullMarked
package dev.ext4j.fs.dir;

import org.jspecify.annotations.NullMarked;
