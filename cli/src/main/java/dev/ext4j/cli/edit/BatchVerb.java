package dev.ext4j.cli.edit;

import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A command of a batch script. It is like the command of the same name, but works on an image that
 * is already open.
 */
public interface BatchVerb {
  /** Returns the syntax of the words of the command. The image is not one of them. */
  CommandSyntax syntax();

  /**
   * Runs the command.
   *
   * @param input standard input; null if the script itself is read from standard input
   */
  void run(OpenImage image, Arguments arguments, @Nullable InputStream input)
      throws IOException, UsageException;
}
