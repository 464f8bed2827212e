/**
 * Tables of a check that are larger than one array, or must not exceed a memory limit. The tables
 * do not depend on the passes.
 */
@NullMarked
package dev.ext4j.fs.fsck.table;

import org.jspecify.annotations.NullMarked;
