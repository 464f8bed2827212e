/**
 * The command line. Each command is one class, which parses its arguments, calls the library,
 * prints the result and returns an exit status.
 */
@NullMarked
package dev.ext4j.cli;

import org.jspecify.annotations.NullMarked;
