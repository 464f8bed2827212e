/**
 * The mapping of a file's blocks on disk: {@link ExtentTree} and the older {@link IndirectBlocks},
 * with their look-up, removal and splitting. Neither knows the class of inodes; they use its
 * interface {@link MappingRoot}.
 */
@NullMarked
package dev.ext4j.fs.extent;

import org.jspecify.annotations.NullMarked;
