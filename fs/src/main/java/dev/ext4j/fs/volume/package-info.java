/** An open file system as a value: {@link Volume} holds the parts that operations use. */
@NullMarked
package dev.ext4j.fs.volume;

import org.jspecify.annotations.NullMarked;
