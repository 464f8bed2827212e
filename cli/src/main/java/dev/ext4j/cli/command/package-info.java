/** The commands, one class each: it states its syntax, parses, calls, prints. */
@NullMarked
package dev.ext4j.cli.command;

import org.jspecify.annotations.NullMarked;
