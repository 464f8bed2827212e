/** Demonstrations of how the protocol works, and of what goes wrong without it. */
@NullMarked
package dev.ext4j.fs.demo;

import org.jspecify.annotations.NullMarked;
