package dev.ext4j.cli.command;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.ByteRangeArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.ProgressListener;
import java.io.IOException;

/** {@code punch FILE OFF LEN} in a batch script. */
final class PunchVerb implements BatchVerb {
  private final CommandSyntax syntax =
      CommandSyntax.named("punch", "Punches a hole.")
          .required("FILE", "File in the image.")
          .required("OFF", "First byte, or OFF..END.")
          .optional("LEN", "Length.");

  @Override
  public CommandSyntax syntax() {
    return syntax;
  }

  @Override
  public void run(OpenImage image, Arguments arguments) throws IOException, UsageException {
    ByteRangeArgument range = ByteRangeArgument.parse(arguments.parametersFrom(1));
    Ext4File file = image.followed(arguments.parameter(0));
    int blockSize = image.blockSize();
    file.punch(range.offset(blockSize), range.length(blockSize), ProgressListener.NONE);
  }
}
