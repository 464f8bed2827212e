/**
 * Means to observe the engine while it works: {@link SyncPoint}s, at which a test stops threads,
 * {@link Safeguard}s, which a test leaves out, events for a listener ({@link Trace}), and costly
 * checks. {@link Probes} are a value of one open file system; nothing here is shared by the file
 * systems of a process. A test switches through the {@link Laboratory} with which it has opened its
 * file system.
 */
@NullMarked
package dev.ext4j.fs.probe;

import org.jspecify.annotations.NullMarked;
