/**
 * The cached mapping of files. {@link ExtentStatusTree} also holds the delayed blocks, which are
 * recorded nowhere else. {@link StatusMemory} keeps all trees within a bound. No method of this
 * package reads the disk. A method blocks only to wait for a lock.
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs.status;

import org.jspecify.annotations.NullMarked;
