/**
 * Tables of a check that are larger than one array, or must stay within a bound of memory. They do
 * not depend on the passes.
 */
@NullMarked
package dev.ext4j.fs.fsck.table;

import org.jspecify.annotations.NullMarked;
