package dev.ext4j.cli.image;

import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.text.UsageException;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * The image and the file that a command works on, written as {@code IMG FILE} or {@code IMG:/path},
 * and the words after them.
 */
public record Target(String image, String file, List<String> rest) {
  /** The label of the word for the file in the help of commands. */
  public static final String FILE_LABEL = "FILE";

  /** The description of the word for the file in the help of commands. */
  public static final String FILE_DESCRIPTION =
      "The file in the image: /path, or an inode number as <12>, ino:12 or 12. Image and path can"
          + " be one word, IMG:/path.";

  /**
   * Returns the target of a command that requires a file.
   *
   * @throws UsageException if no file is given
   */
  public static Target of(Arguments arguments) throws UsageException {
    return of(arguments, "");
  }

  /**
   * Returns the target, with {@code defaultFile} if no file is given. An empty {@code defaultFile}
   * means that a file is required.
   *
   * @throws UsageException if a file is required and none is given
   */
  public static Target of(Arguments arguments, String defaultFile) throws UsageException {
    List<String> words = new ArrayList<>(arguments.parametersFrom(0));
    String first = words.remove(0);
    int colon = first.indexOf(":/");
    if (colon > 0 && !new File(first).exists()) {
      return new Target(first.substring(0, colon), first.substring(colon + 1), words);
    }
    if (!words.isEmpty()) {
      return new Target(first, words.remove(0), words);
    }
    if (defaultFile.isEmpty()) {
      throw new UsageException("missing " + FILE_LABEL);
    }
    return new Target(first, defaultFile, words);
  }

  /**
   * Checks that no words follow the file, and returns this target.
   *
   * @throws UsageException if there are such words
   */
  public Target withoutRest() throws UsageException {
    if (!rest.isEmpty()) {
      throw new UsageException("unexpected '" + rest.get(0) + "'");
    }
    return this;
  }
}
