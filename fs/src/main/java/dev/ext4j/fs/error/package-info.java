/**
 * The exceptions of the library. Every failure that a caller may handle is an {@link
 * Ext4Exception}. Exceptions of the device are passed on unchanged. A broken invariant is an {@link
 * AssertionError} or an {@link IllegalStateException}: a bug in this library, not bad input.
 */
@NullMarked
package dev.ext4j.fs.error;

import org.jspecify.annotations.NullMarked;
