/** Extended attributes, as far as changes of a file's content touch them. */
@NullMarked
package dev.ext4j.fs.xattr;

import org.jspecify.annotations.NullMarked;
