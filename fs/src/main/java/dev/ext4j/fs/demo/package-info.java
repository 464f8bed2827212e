/**
 * Demonstrations that show how the protocol works, and what goes wrong if parts of it are not
 * active.
 */
@NullMarked
package dev.ext4j.fs.demo;

import org.jspecify.annotations.NullMarked;
