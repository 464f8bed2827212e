/**
 * Where one can look into the engine while it works: named {@link SyncPoint}s that a test stops
 * threads at, and {@link Safeguard}s that a test leaves out. In production a sync point is one read
 * of a field that is null, and every safeguard is on.
 */
@NullMarked
package dev.ext4j.fs.probe;

import org.jspecify.annotations.NullMarked;
