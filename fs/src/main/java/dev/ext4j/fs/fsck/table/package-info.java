/**
 * Tables of a check that are larger than one array, or must stay within a bound of memory. They
 * know nothing of the passes.
 */
@NullMarked
package dev.ext4j.fs.fsck.table;

import org.jspecify.annotations.NullMarked;
