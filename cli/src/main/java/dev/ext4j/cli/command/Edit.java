package dev.ext4j.cli.command;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of one file, said once for the command of its name and for the line of a script. */
interface Edit {
  /** Its name. */
  String name();

  /** What it does, in a sentence. */
  String summary();

  /** Adds the words and options behind the file. */
  CommandSyntax addWords(CommandSyntax syntax);

  /** Adds what only the help of the command says. */
  CommandSyntax addHelp(CommandSyntax syntax);

  /**
   * What it works on.
   *
   * @param file the file
   * @param blockSize of its file system, in bytes
   * @param words those behind the file
   * @param options all the options
   * @param input standard input, null if it is taken
   */
  record Work(
      Ext4File file,
      int blockSize,
      List<String> words,
      Arguments options,
      @Nullable InputStream input) {}

  /** Does it. */
  void apply(Work work, ProgressListener progress) throws IOException, UsageException;
}
