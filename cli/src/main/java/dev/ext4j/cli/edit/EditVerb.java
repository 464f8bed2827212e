package dev.ext4j.cli.edit;

import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An edit as a line of a batch script. */
public final class EditVerb implements BatchVerb {
  private final Edit edit;
  private final CommandSyntax syntax;

  /** Creates the verb of an edit, with the same name and the same words after the file. */
  public EditVerb(Edit edit) {
    this.edit = edit;
    this.syntax =
        edit.addWords(
            CommandSyntax.named(edit.name(), edit.summary())
                .required("FILE", "The file in the image."));
  }

  @Override
  public CommandSyntax syntax() {
    return syntax;
  }

  @Override
  public void run(OpenImage image, Arguments arguments, @Nullable InputStream input)
      throws IOException, UsageException {
    try (Edit.Change change =
        edit.parse(new Edit.Words(arguments.parametersFrom(1), arguments, input))) {
      Ext4File file = image.followed(arguments.parameter(0));
      change.apply(file, image.blockSize(), ProgressListener.NONE);
    }
  }
}
