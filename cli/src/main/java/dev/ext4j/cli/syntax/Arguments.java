package dev.ext4j.cli.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line that fits the syntax of its command. */
public final class Arguments {
  private final Map<String, String> options = new HashMap<>();
  private final List<String> parameters = new ArrayList<>();

  Arguments() {}

  void addOption(OptionSyntax option, String value) {
    options.put(option.key(), value);
  }

  void addParameter(String word) {
    parameters.add(word);
  }

  /** Returns whether an option was given. */
  public boolean has(OptionSyntax option) {
    return options.containsKey(option.key());
  }

  /**
   * Returns the value of an option, or null if the option was not given. If the option was given
   * twice, the last value is returned.
   */
  public @Nullable String value(OptionSyntax option) {
    return options.get(option.key());
  }

  /** Returns the word at {@code index}, from 0, among the words that are not options. */
  public String parameter(int index) {
    return parameters.get(index);
  }

  /** Returns the words that are not options, from {@code index} to the last one. */
  public List<String> parametersFrom(int index) {
    return parameters.subList(Math.min(index, parameters.size()), parameters.size());
  }

  /** Returns the number of words that are not options. */
  public int parameterCount() {
    return parameters.size();
  }
}
