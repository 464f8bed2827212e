package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * The words that a shell offers in the place of a parameter or of an option's value.
 *
 * @param kind the kind of the words
 * @param words the words of {@link Kind#WORDS} and {@link Kind#LIST}; empty for other kinds
 */
public record Completion(Kind kind, List<String> words) {
  /** A kind of words. A script for a shell spells it in lower case. */
  public enum Kind {
    /** Words that a shell does not know, for example a number or a path inside an image. */
    NONE,
    /** One of a few words. */
    WORDS,
    /** Several of a few words, separated by commas. */
    LIST,
    /** The path of a file on the host. */
    FILE,
    /** The path of a folder on the host. */
    FOLDER,
    /**
     * The path of an image or a block device on the host. If a path inside the image is added to it
     * after a colon, the next parameter is left out.
     */
    IMAGE,
    /** The name of a command. */
    COMMAND,
    /** The name of a command and all its words. */
    LINE
  }

  /** Offers nothing. */
  public static final Completion NONE = new Completion(Kind.NONE, List.of());

  /** Offers files of the host. */
  public static final Completion FILE = new Completion(Kind.FILE, List.of());

  /** Offers folders of the host. */
  public static final Completion FOLDER = new Completion(Kind.FOLDER, List.of());

  /** Offers images. */
  public static final Completion IMAGE = new Completion(Kind.IMAGE, List.of());

  private static final Completion COMMAND = new Completion(Kind.COMMAND, List.of());
  private static final Completion LINE = new Completion(Kind.LINE, List.of());

  /** Offers one of a few words. */
  public static Completion oneOf(List<String> words) {
    return new Completion(Kind.WORDS, words);
  }

  /** Offers a list of words, separated by commas. */
  public static Completion listOf(List<String> words) {
    return new Completion(Kind.LIST, words);
  }

  /** Returns the completion of an option's value unless the option declares another one. */
  static Completion ofValue(List<String> choices) {
    return choices.isEmpty() ? NONE : oneOf(choices);
  }

  /**
   * Returns the completion of a parameter unless the command declares another one. The labels of
   * images, host files and commands are the same in all commands.
   */
  static Completion ofParameter(String label, boolean repeated, List<String> choices) {
    return switch (label) {
      case "IMG" -> IMAGE;
      case "HOSTFILE" -> FILE;
      case "COMMAND" -> repeated ? LINE : COMMAND;
      default -> ofValue(choices);
    };
  }
}
