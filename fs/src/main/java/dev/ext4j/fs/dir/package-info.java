/**
 * Directories. {@link DirectoryReader} lists a directory, {@link PathResolver} follows a path, and
 * {@link DirectoryWriter} adds and removes names.
 */
@NullMarked
package dev.ext4j.fs.dir;

import org.jspecify.annotations.NullMarked;
