/**
 * The image that a command works on: opening it by the common options, and walking through its
 * files.
 */
@NullMarked
package dev.ext4j.cli.image;

import org.jspecify.annotations.NullMarked;
