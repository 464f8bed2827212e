/**
 * The means to observe the engine at work: {@link SyncPoint}s, at which a test stops threads,
 * {@link Safeguard}s, which a test leaves out, events for a listener ({@link Trace}), and costly
 * checks. Each open file system has its own {@link Probes}. File systems of one process share
 * nothing of this package. A test controls the probes through the {@link Laboratory} with which it
 * has opened its file system.
 */
@NullMarked
package dev.ext4j.fs.probe;

import org.jspecify.annotations.NullMarked;
