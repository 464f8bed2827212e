/**
 * The mapping of the blocks of a file. The classes look up a mapping in the extent status tree and
 * on disk. They also change it under the locks of the inode, and reserve space for delayed blocks.
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs.mapping;

import org.jspecify.annotations.NullMarked;
