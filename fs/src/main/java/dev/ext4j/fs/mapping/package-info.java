/**
 * Where the blocks of a file lie: looking a mapping up in the extent status tree and on disk,
 * changing it under its locks, and reserving space for delayed blocks.
 */
@NullMarked
package dev.ext4j.fs.mapping;

import org.jspecify.annotations.NullMarked;
