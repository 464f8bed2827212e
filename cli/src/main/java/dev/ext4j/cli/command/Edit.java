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
   * What stands behind the file.
   *
   * @param list the words
   * @param options all the options
   * @param blockSize of the file system, in bytes
   * @param input standard input, null if it is taken
   */
  record Words(List<String> list, Arguments options, int blockSize, @Nullable InputStream input) {}

  /** What the words mean. */
  @FunctionalInterface
  interface Change {
    /** Does it. */
    void apply(Ext4File file, ProgressListener progress) throws IOException;
  }

  /** Reads the words, before the file is looked for. */
  Change parse(Words words) throws UsageException;
}
