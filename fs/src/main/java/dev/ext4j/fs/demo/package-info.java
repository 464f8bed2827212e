/** Performances for those who want to see how the protocol works, and what goes wrong without. */
@NullMarked
package dev.ext4j.fs.demo;

import org.jspecify.annotations.NullMarked;
