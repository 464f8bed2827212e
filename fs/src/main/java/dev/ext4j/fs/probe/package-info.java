/**
 * The means to observe and to test a running engine.
 *
 * <ul>
 *   <li>A test can stop threads at a {@link SyncPoint}.
 *   <li>A test can leave out a {@link Safeguard}.
 *   <li>A listener can receive events ({@link Trace}).
 *   <li>A test can switch costly checks on.
 * </ul>
 *
 * <p>Each open file system has its own {@link Probes}, which do not affect any other file system. A
 * test controls the probes through the {@link Laboratory} with which it opened its file system.
 */
@NullMarked
package dev.ext4j.fs.probe;

import org.jspecify.annotations.NullMarked;
