/**
 * The commands of the program. Each command is one class. A command defines its syntax, parses its
 * words, calls the library and prints the result.
 */
@NullMarked
package dev.ext4j.cli.command;

import org.jspecify.annotations.NullMarked;
