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

  /** Whether an option is there. */
  public boolean has(OptionSyntax option) {
    return options.containsKey(option.key());
  }

  /** The value of an option, the last one if it was given twice; null if it was not given. */
  public @Nullable String value(OptionSyntax option) {
    return options.get(option.key());
  }

  /** A word that is no option. */
  public String parameter(int index) {
    return parameters.get(index);
  }

  /** The words from one on to the last. */
  public List<String> parametersFrom(int index) {
    return parameters.subList(Math.min(index, parameters.size()), parameters.size());
  }

  /** How many words that are no options there are. */
  public int parameterCount() {
    return parameters.size();
  }
}
