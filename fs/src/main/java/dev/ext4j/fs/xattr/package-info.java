/** Extended attributes, as far as changes of a file's content affect them. */
@NullMarked
package dev.ext4j.fs.xattr;

import org.jspecify.annotations.NullMarked;
