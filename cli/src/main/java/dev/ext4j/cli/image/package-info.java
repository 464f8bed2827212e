/**
 * The image that a command works on: the opening of the image with the options that commands share,
 * and the walk through its files.
 */
@NullMarked
package dev.ext4j.cli.image;

import org.jspecify.annotations.NullMarked;
