/**
 * What users type: raw bytes that need not be text, numbers with units, ranges, addresses of files,
 * words of a script. Every parser here either gives a value or throws a {@link
 * dev.ext4j.cli.text.UsageException} whose message says what was wrong with which word.
 */
@NullMarked
package dev.ext4j.cli.text;

import org.jspecify.annotations.NullMarked;
