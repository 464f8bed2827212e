/**
 * What is known of a file's mapping without asking the disk: {@link ExtentStatusTree}, with the
 * delayed allocations that nothing else knows of, and {@link StatusMemory}, which keeps all of them
 * within a bound. Nothing here asks the disk or blocks.
 */
@NullMarked
package dev.ext4j.fs.status;

import org.jspecify.annotations.NullMarked;
