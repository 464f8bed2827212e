/**
 * The order in which locks are taken, and who holds what: every lock of the engine has a {@link
 * Rank}, and a thread may only take locks of rising rank.
 */
@NullMarked
package dev.ext4j.fs.lock;

import org.jspecify.annotations.NullMarked;
