/**
 * The exceptions of the library. Every failure that a caller may handle is an {@link
 * Ext4Exception}. Exceptions of the device are passed to the caller unchanged. A broken invariant
 * throws an {@link AssertionError} or an {@link IllegalStateException}, because it is a bug in this
 * library and not an error in the input.
 */
@NullMarked
package dev.ext4j.fs.error;

import org.jspecify.annotations.NullMarked;
