/** Directories: {@link DirectoryReader} lists one, {@link PathResolver} follows a path. */
@NullMarked
package dev.ext4j.fs.dir;

import org.jspecify.annotations.NullMarked;
