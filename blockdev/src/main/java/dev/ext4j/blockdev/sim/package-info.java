/**
 * Disks that exist in memory only, and disks that misbehave on purpose: for tests, for dry runs,
 * and for reading an image whose journal is replayed without touching it. Each behaviour is one
 * class that wraps a device; they stack. A wrapper closes what it wraps, unless its factory says
 * {@code sharing}. Where a run must be repeatable, randomness is passed in.
 */
@NullMarked
package dev.ext4j.blockdev.sim;

import org.jspecify.annotations.NullMarked;
