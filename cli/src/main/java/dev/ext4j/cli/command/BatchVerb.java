package dev.ext4j.cli.command;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A command of a batch script: like the command of the same name, but the image is open. */
interface BatchVerb {
  /** Its words, without the image. */
  CommandSyntax syntax();

  /**
   * Runs it.
   *
   * @param input standard input; null if the script comes from there
   */
  void run(OpenImage image, Arguments arguments, @Nullable InputStream input)
      throws IOException, UsageException;
}
