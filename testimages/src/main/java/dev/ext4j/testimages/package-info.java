/**
 * Images for tests and the outside judges of them: {@code mke2fs}, {@code debugfs}, {@code e2fsck}
 * and the kernel through a loop mount. Knows nothing of {@code dev.ext4j.fs}: images made by it
 * would hide its bugs.
 */
@NullMarked
package dev.ext4j.testimages;

import org.jspecify.annotations.NullMarked;
