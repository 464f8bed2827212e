package dev.ext4j.cli.syntax;

import dev.ext4j.cli.text.UsageException;
import java.util.List;

/**
 * A parser of a command line. Options and other words may come in any order. A value is given as
 * {@code --name value}, {@code --name=value}, {@code -n value} or {@code -nvalue}. Several short
 * options may share one word. All words after {@code --} are parameters, even if they look like
 * options. {@code -} alone is not an option.
 */
public final class ArgumentParser {
  private final CommandSyntax syntax;
  private final List<String> words;
  private final Arguments arguments = new Arguments();
  private int next;

  private ArgumentParser(CommandSyntax syntax, List<String> words) {
    this.syntax = syntax;
    this.words = words;
  }

  /** Returns the arguments in {@code words}. */
  public static Arguments parse(CommandSyntax syntax, List<String> words) throws UsageException {
    return new ArgumentParser(syntax, words).parse();
  }

  private Arguments parse() throws UsageException {
    boolean optionsEnded = false;
    while (next < words.size()) {
      String word = words.get(next++);
      if (optionsEnded || !word.startsWith("-") || word.equals("-")) {
        arguments.addParameter(word);
      } else if (word.equals("--")) {
        optionsEnded = true;
      } else if (word.startsWith("--")) {
        longOption(word);
      } else {
        shortOptions(word);
      }
    }
    if (!arguments.has(CommandSyntax.HELP) && !arguments.has(CommandSyntax.VERSION)) {
      checkParameters();
    }
    return arguments;
  }

  private void longOption(String word) throws UsageException {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    OptionSyntax option = option(name);
    if (!option.takesValue()) {
      if (equals >= 0) {
        throw new UsageException("option '" + name + "' takes no value");
      }
      arguments.addOption(option, "");
    } else if (option.isValueOptional() && equals < 0) {
      arguments.addOption(option, "");
    } else {
      add(option, equals < 0 ? following(name) : word.substring(equals + 1));
    }
  }

  private void shortOptions(String word) throws UsageException {
    for (int i = 1; i < word.length(); i++) {
      String name = "-" + word.charAt(i);
      OptionSyntax option = option(name);
      if (option.takesValue()) {
        String rest = word.substring(i + 1);
        if (rest.startsWith("=")) {
          rest = rest.substring(1);
        }
        add(option, rest.isEmpty() ? following(name) : rest);
        return;
      }
      arguments.addOption(option, "");
    }
  }

  private OptionSyntax option(String name) throws UsageException {
    OptionSyntax option = syntax.find(name);
    if (option == null) {
      throw new UsageException("unknown option '" + name + "'");
    }
    return option;
  }

  private String following(String name) throws UsageException {
    if (next == words.size()) {
      throw new UsageException("option '" + name + "' needs a value");
    }
    return words.get(next++);
  }

  private void add(OptionSyntax option, String value) throws UsageException {
    if (!option.choices().isEmpty() && !option.choices().contains(value)) {
      throw new UsageException(
          "option '"
              + option.key()
              + "' is one of "
              + option.valueLabel()
              + ", not '"
              + value
              + "'");
    }
    arguments.addOption(option, value);
  }

  private void checkParameters() throws UsageException {
    int count = arguments.parameterCount();
    if (count < syntax.requiredCount()) {
      throw new UsageException("missing " + syntax.parameters().get(count).label());
    }
    if (count > syntax.parameters().size() && !syntax.takesMore(count)) {
      throw new UsageException(
          "unexpected '" + arguments.parameter(syntax.parameters().size()) + "'");
    }
    for (int i = 0; i < Math.min(count, syntax.parameters().size()); i++) {
      ParameterSyntax parameter = syntax.parameters().get(i);
      String word = arguments.parameter(i);
      if (!parameter.choices().isEmpty() && !parameter.choices().contains(word)) {
        throw new UsageException("'" + word + "' is not one of " + parameter.label());
      }
    }
  }
}
