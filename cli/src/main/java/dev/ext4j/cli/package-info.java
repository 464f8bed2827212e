/** The command line: one class a command, which parses, calls, prints and gives an exit status. */
@NullMarked
package dev.ext4j.cli;

import org.jspecify.annotations.NullMarked;
