/**
 * Means to observe the engine while it works: {@link SyncPoint}s, at which a test stops threads,
 * {@link Safeguard}s, which a test switches off, events for a listener ({@link Trace}), and costly
 * {@link Checks}. In production a sync point costs two reads of fields that are null, and every
 * safeguard is on.
 */
@NullMarked
package dev.ext4j.fs.probe;

import org.jspecify.annotations.NullMarked;
