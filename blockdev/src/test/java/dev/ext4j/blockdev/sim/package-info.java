/**
 * Disks that misbehave on purpose, and disks that record: lost and torn writes, failing transfers,
 * crashes. Each behaviour is one class that wraps a device, and the classes stack. A wrapper closes
 * the device that it wraps. Randomness is passed in, so that a run can be repeated.
 */
@NullMarked
package dev.ext4j.blockdev.sim;

import org.jspecify.annotations.NullMarked;
