/**
 * The syntax of each command's options and parameters. It is written once and used in several ways.
 * {@link dev.ext4j.cli.syntax.ArgumentParser} starts fast and is all that a correct command line
 * needs. {@link dev.ext4j.cli.syntax.PicocliModel} gives the same syntax to picocli for help,
 * suggestions and messages. Loading picocli takes longer than most commands run, so the parser is
 * tried first. {@link dev.ext4j.cli.syntax.Completion} adds what a shell can offer for a word.
 */
@NullMarked
package dev.ext4j.cli.syntax;

import org.jspecify.annotations.NullMarked;
