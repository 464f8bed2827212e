/**
 * The mapping of the blocks of a file. The classes look a mapping up in the extent status tree and
 * on disk, change it under its locks, and reserve space for delayed blocks.
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs.mapping;

import org.jspecify.annotations.NullMarked;
