package dev.ext4j.cli.command;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;

/** A command of a batch script: like the command of the same name, but the image is open. */
interface BatchVerb {
  /** Its words, without the image. */
  CommandSyntax syntax();

  /** Runs it. */
  void run(OpenImage image, Arguments arguments) throws IOException, UsageException;
}
