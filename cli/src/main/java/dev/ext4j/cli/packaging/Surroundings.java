package dev.ext4j.cli.packaging;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.syntax.CommandSyntax.Meaning;
import java.util.List;

/**
 * What is true of all commands: the exit statuses of a program that others end, the environment
 * variables that the launcher reads, and the files that are kept.
 */
final class Surroundings {
  /** The exit statuses that every command may have in addition to its own. */
  static final List<Meaning> EXIT_STATUSES =
      List.of(
          new Meaning(
              Integer.toString(ExitStatus.BROKEN_PIPE),
              "The reader of standard output has closed the pipe."),
          new Meaning(
              "128+N",
              "Signal N has ended the program before its work was done, for example 130 after"
                  + " Ctrl-C. If the command changes an image, a message says what the image is."));

  /** A paragraph for commands with the option {@code --json}. */
  static final String DOCUMENT_OF_A_FAILURE =
      "With --json, a command that fails before it has printed anything prints a document of the"
          + " schema ext4j.error/1, which has the message, the exit status and the symbol of the"
          + " error. The message is printed on standard error as well.";

  /** The environment variables that have an effect on every command. */
  static final List<Meaning> VARIABLES =
      List.of(
          new Meaning("EXT4J_JAVA", "The java that runs the program, of version 17 or newer."),
          new Meaning(
              "JAVA_HOME",
              "The folder of the Java whose bin/java runs the program if EXT4J_JAVA is not set."
                  + " Without both, java is searched in PATH."),
          new Meaning(
              "EXT4J_CDS", "If it is off, no class-data archive is used, and none is made."),
          new Meaning("EXT4J_DEBUG", "If it is not empty, a failure shows its stack trace."),
          new Meaning(
              "XDG_CACHE_HOME",
              "The folder for the cache of the program. Without it, that is .cache in HOME."));

  /** The files that every command may use. */
  static final List<Meaning> FILES =
      List.of(
          new Meaning(
              "~/.cache/ext4j/*.jsa",
              "Class-data archives of the user, one for each Java, with which the program starts"
                  + " sooner. One is made in the background if the distribution has none that fits."
                  + " They can be removed at any time."),
          new Meaning("lib/cds/*.jsa", "The class-data archive that the distribution has."));

  /** The files that the page of the program names. */
  static final List<Meaning> FILES_OF_THE_PROGRAM =
      List.of(
          FILES.get(0),
          FILES.get(1),
          new Meaning("share/man/man1", "These manual pages, in the distribution."),
          new Meaning(
              "share/bash-completion, share/zsh, share/fish",
              "The completion scripts, in the distribution."),
          new Meaning(
              "share/doc/licenses", "The licences of all that the distribution consists of."));

  private Surroundings() {}
}
