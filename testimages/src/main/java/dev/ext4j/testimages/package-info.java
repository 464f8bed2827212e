/**
 * Images for tests and the outside judges of them: {@code mke2fs}, {@code debugfs}, {@code e2fsck}
 * and the kernel through a loop mount. Knows nothing of {@code dev.ext4j.fs}: images made by it
 * would hide its bugs.
 *
 * <p>A test asks {@link Oracles} for what it needs, opens a {@link Scratch} folder, lets {@link
 * Mke2fs} make an image of one of the {@link ImageKinds}, fills it through a {@link KernelMount},
 * and afterwards asks {@link E2fsck}, {@link Debugfs} or an {@link ImageSnapshot} for the verdict.
 * Without root or programs there are the {@link GoldenImage}s.
 */
@NullMarked
package dev.ext4j.testimages;

import org.jspecify.annotations.NullMarked;
