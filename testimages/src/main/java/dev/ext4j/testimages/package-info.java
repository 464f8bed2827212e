/**
 * Images for tests and their external judges: {@code mke2fs}, {@code debugfs}, {@code e2fsck} and
 * the kernel through a loop mount. The package uses nothing of {@code dev.ext4j.fs}, because images
 * made by it would hide its bugs.
 *
 * <p>A test declares to {@link Oracles} what it needs, opens a {@link Scratch} folder, lets {@link
 * Mke2fs} make an image of one of the {@link ImageKinds}, and fills it through a {@link
 * KernelMount}. Afterwards it gets the verdict from {@link E2fsck}, {@link Debugfs} or an {@link
 * ImageSnapshot}. Tests without root or programs use the {@link GoldenImage}s.
 */
@NullMarked
package dev.ext4j.testimages;

import org.jspecify.annotations.NullMarked;
