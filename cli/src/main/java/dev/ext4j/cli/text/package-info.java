/**
 * The input of users: raw bytes that need not be text, numbers with units, ranges, addresses of
 * files, and words of a script. Every parser here either returns a value or throws a {@link
 * dev.ext4j.cli.text.UsageException}. The message of the exception names the wrong word and the
 * error.
 */
@NullMarked
package dev.ext4j.cli.text;

import org.jspecify.annotations.NullMarked;
