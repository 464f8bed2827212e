/**
 * Devices whose bytes lie in memory: a disk that exists nowhere else, and a writable view that
 * leaves the device below it unchanged. Dry runs and the replay of a journal in memory use them.
 */
@NullMarked
package dev.ext4j.blockdev.memory;

import org.jspecify.annotations.NullMarked;
