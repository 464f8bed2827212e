package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * A word that is not an option.
 *
 * @param label the name of the word in the help
 * @param required whether the word is required; optional words come last
 * @param repeated whether any number of words may follow here; only the last parameter may be
 *     repeated
 * @param choices the possible words; empty if every word is possible
 * @param description one or two sentences
 * @param completion the words that a shell offers
 */
public record ParameterSyntax(
    String label,
    boolean required,
    boolean repeated,
    List<String> choices,
    String description,
    Completion completion) {

  /** Creates a parameter. A shell offers what the label and the choices tell. */
  public ParameterSyntax(
      String label, boolean required, boolean repeated, List<String> choices, String description) {
    this(
        label,
        required,
        repeated,
        choices,
        description,
        Completion.ofParameter(label, repeated, choices));
  }

  /** Returns the same parameter with other words that a shell offers. */
  ParameterSyntax completing(Completion offered) {
    return new ParameterSyntax(label, required, repeated, choices, description, offered);
  }
}
