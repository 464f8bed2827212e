/**
 * The mapping of a file's blocks on disk. {@link ExtentTree} and the older {@link IndirectBlocks}
 * look up blocks. Other classes insert, remove and shift them. None of them uses the class of
 * inodes directly. They use its interface {@link MappingRoot}.
 */
@NullMarked
package dev.ext4j.fs.extent;

import org.jspecify.annotations.NullMarked;
