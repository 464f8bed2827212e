/**
 * What a command's options and parameters are, stated once, and read in two ways: by {@link
 * dev.ext4j.cli.syntax.ArgumentParser}, which starts in no time and is all that a correct command
 * line needs, and by {@link dev.ext4j.cli.syntax.PicocliModel}, which gives picocli the same
 * statement for help, completion, suggestions and messages. Loading picocli takes longer than most
 * commands take to run, so the first is tried first.
 */
@NullMarked
package dev.ext4j.cli.syntax;

import org.jspecify.annotations.NullMarked;
