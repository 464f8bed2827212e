/**
 * The output of commands: bytes through one reused buffer, numbers as text, and JSON documents. A
 * failure of standard output is reported like any other error and is never ignored.
 */
@NullMarked
package dev.ext4j.cli.output;

import org.jspecify.annotations.NullMarked;
