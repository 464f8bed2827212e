package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * An option.
 *
 * @param names its spellings, the first of which is its key, for example {@code --offset}
 * @param valueLabel what its value is called in help, empty for an option without a value
 * @param choices the values possible, empty for any
 * @param description one or two sentences
 */
public record OptionSyntax(
    List<String> names, String valueLabel, List<String> choices, String description) {

  /** An option that is there or not. */
  public static OptionSyntax flag(String description, String... names) {
    return new OptionSyntax(List.of(names), "", List.of(), description);
  }

  /** An option with a value. */
  public static OptionSyntax value(String label, String description, String... names) {
    return new OptionSyntax(List.of(names), label, List.of(), description);
  }

  /** An option whose value is one of a few words. */
  public static OptionSyntax choice(String name, List<String> choices, String description) {
    return new OptionSyntax(List.of(name), String.join("|", choices), choices, description);
  }

  /** What {@link Arguments} knows it by. */
  public String key() {
    return names.get(0);
  }

  /** Whether a value follows. */
  public boolean takesValue() {
    return !valueLabel.isEmpty();
  }
}
