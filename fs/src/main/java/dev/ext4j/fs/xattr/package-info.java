/**
 * Extended attributes. They are read, and they are removed if a change of the content of a file or
 * the deletion of the file requires it.
 */
@NullMarked
package dev.ext4j.fs.xattr;

import org.jspecify.annotations.NullMarked;
