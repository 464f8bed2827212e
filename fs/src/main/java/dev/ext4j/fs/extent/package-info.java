/**
 * The mapping of a file's blocks on disk. {@link ExtentTree} and the older {@link IndirectBlocks}
 * look up blocks. Other classes insert, remove, split and shift extents and blocks. None of these
 * classes depends on the class of inodes. They use the interface {@link MappingRoot}, which that
 * class implements.
 */
@NullMarked
package dev.ext4j.fs.extent;

import org.jspecify.annotations.NullMarked;
