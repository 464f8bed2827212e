/**
 * What can go wrong, as types. Every failure that a caller may handle is an {@link Ext4Exception};
 * device failures pass through unwrapped; a broken invariant is an {@link AssertionError} or an
 * {@link IllegalStateException}: a bug in this library, not bad input.
 */
@NullMarked
package dev.ext4j.fs.error;

import org.jspecify.annotations.NullMarked;
