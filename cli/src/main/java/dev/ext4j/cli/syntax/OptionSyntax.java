package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * An option.
 *
 * @param names the spellings of the option; the first one is the key, for example {@code --offset}
 * @param valueLabel the name of the value in the help, in brackets if the value may be missing;
 *     empty if the option takes no value
 * @param choices the possible values; empty if every value is possible
 * @param description one or two sentences
 * @param completion the values that a shell offers
 */
public record OptionSyntax(
    List<String> names,
    String valueLabel,
    List<String> choices,
    String description,
    Completion completion) {

  /** Creates an option. A shell offers the choices. */
  public OptionSyntax(
      List<String> names, String valueLabel, List<String> choices, String description) {
    this(names, valueLabel, choices, description, Completion.ofValue(choices));
  }

  /** Returns an option without a value. */
  public static OptionSyntax flag(String description, String... names) {
    return new OptionSyntax(List.of(names), "", List.of(), description);
  }

  /** Returns an option with a value. */
  public static OptionSyntax value(String label, String description, String... names) {
    return new OptionSyntax(List.of(names), label, List.of(), description);
  }

  /** Returns an option whose value is one of a few words. */
  public static OptionSyntax choice(String name, List<String> choices, String description) {
    return new OptionSyntax(List.of(name), String.join("|", choices), choices, description);
  }

  /**
   * Returns an option whose value may be missing, as in {@code --name} or {@code --name=value}. The
   * value of {@code --name} alone is empty.
   */
  public static OptionSyntax optionalValue(String label, String description, String... names) {
    return new OptionSyntax(List.of(names), "[" + label + "]", List.of(), description);
  }

  /** Returns whether a value may be missing. */
  public boolean isValueOptional() {
    return valueLabel.startsWith("[");
  }

  /** Returns the same option with other values that a shell offers. */
  public OptionSyntax completing(Completion offered) {
    return new OptionSyntax(names, valueLabel, choices, description, offered);
  }

  /** Returns the key of the option in {@link Arguments}. */
  public String key() {
    return names.get(0);
  }

  /** Returns whether the option takes a value. */
  public boolean takesValue() {
    return !valueLabel.isEmpty();
  }
}
