/** The parts of an open file system that operations use, in one record: {@link Volume}. */
@NullMarked
package dev.ext4j.fs.volume;

import org.jspecify.annotations.NullMarked;
