package dev.ext4j.cli.edit;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.ProgressListener;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of one file. It is defined once, and serves both the command of the same name and a line
 * of a batch script.
 */
public interface Edit {
  /** Returns the name of the edit. */
  String name();

  /** Returns a sentence that says what the edit does. */
  String summary();

  /** Adds the words that follow the file, and the options. */
  CommandSyntax addWords(CommandSyntax syntax);

  /** Adds the help texts of the command. A line in a script has no help text. */
  CommandSyntax addHelp(CommandSyntax syntax);

  /**
   * The words after the file.
   *
   * @param list the words
   * @param options all options
   * @param input standard input; null if the script is read from standard input
   */
  record Words(List<String> list, Arguments options, @Nullable InputStream input) {}

  /** A change whose words have been parsed, with the host file that it reads, if any. */
  @FunctionalInterface
  interface Change extends Closeable {
    /**
     * Makes the change.
     *
     * @param blockSize the block size of the file system in bytes, for numbers given in blocks
     */
    void apply(Ext4File file, int blockSize, ProgressListener progress)
        throws IOException, UsageException;

    /** Closes the host file. */
    @Override
    default void close() throws IOException {}
  }

  /**
   * Parses the words, and opens the host file that they name. The caller has not opened the image
   * yet, so a pipe without a writer keeps no image locked.
   */
  Change parse(Words words) throws IOException, UsageException;
}
