/**
 * What is known of a file's mapping without reading the disk. {@link ExtentStatusTree} also holds
 * the delayed blocks, which are recorded nowhere else. {@link StatusMemory} keeps all trees within
 * a bound. No method of this package reads the disk, or waits for anything but a lock.
 */
@NullMarked
package dev.ext4j.fs.status;

import org.jspecify.annotations.NullMarked;
