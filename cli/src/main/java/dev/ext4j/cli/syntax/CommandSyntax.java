package dev.ext4j.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The complete syntax of a command's words. It is created by {@link #named} and then extended. */
public final class CommandSyntax {
  /** The option {@code --help}, which every command has. */
  public static final OptionSyntax HELP =
      OptionSyntax.flag("Show this help and exit.", "--help", "-h");

  /** The option {@code --version}, which every command has. */
  public static final OptionSyntax VERSION =
      OptionSyntax.flag("Show the version and exit.", "--version", "-V");

  /**
   * An example.
   *
   * @param command a complete command line
   * @param what the effect of the command
   */
  public record Example(String command, String what) {}

  /**
   * What a word means that the program gives to its surroundings or takes from them.
   *
   * @param word an exit status or the name of an environment variable
   * @param meaning a phrase without a full stop for an exit status, sentences for a variable
   */
  public record Meaning(String word, String meaning) {}

  private final String name;
  private final String summary;
  private final List<String> details = new ArrayList<>();
  private final List<Example> examples = new ArrayList<>();
  private final List<Meaning> exitStatuses = new ArrayList<>();
  private final List<Meaning> variables = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<OptionSyntax> options = new ArrayList<>();
  private final List<ParameterSyntax> parameters = new ArrayList<>();

  private CommandSyntax(String name, String summary) {
    this.name = name;
    this.summary = summary;
    options.add(HELP);
    options.add(VERSION);
  }

  /**
   * Returns the syntax of a command that has only a name, a summary, {@code --help} and {@code
   * --version}.
   */
  public static CommandSyntax named(String name, String summary) {
    return new CommandSyntax(name, summary);
  }

  /** Adds a paragraph to the help. */
  public CommandSyntax detail(String paragraph) {
    details.add(paragraph);
    return this;
  }

  /** Adds an example. */
  public CommandSyntax example(String command, String what) {
    examples.add(new Example(command, what));
    return this;
  }

  /**
   * Adds an exit status. A command that has none of its own has those of the program, and a command
   * that has one states all.
   */
  public CommandSyntax exitStatus(int status, String meaning) {
    exitStatuses.add(new Meaning(Integer.toString(status), meaning));
    return this;
  }

  /** Adds an environment variable that has an effect on this command and not on all others. */
  public CommandSyntax variable(String variable, String effect) {
    variables.add(new Meaning(variable, effect));
    return this;
  }

  /** Adds a paragraph to the manual page that the help does not have. */
  public CommandSyntax note(String paragraph) {
    notes.add(paragraph);
    return this;
  }

  /** Adds an option. */
  public CommandSyntax option(OptionSyntax option) {
    options.add(option);
    return this;
  }

  /** Adds options that several commands share. */
  public CommandSyntax options(List<OptionSyntax> shared) {
    options.addAll(shared);
    return this;
  }

  /** Adds a required word. */
  public CommandSyntax required(String label, String description) {
    parameters.add(new ParameterSyntax(label, true, false, List.of(), description));
    return this;
  }

  /** Adds a required word that is one of a few words and selects an action. */
  public CommandSyntax action(List<String> choices, String description) {
    parameters.add(
        new ParameterSyntax(String.join("|", choices), true, false, choices, description));
    return this;
  }

  /** Adds an optional word. */
  public CommandSyntax optional(String label, String description) {
    parameters.add(new ParameterSyntax(label, false, false, List.of(), description));
    return this;
  }

  /** Adds a parameter for any number of words. It must be the last one. */
  public CommandSyntax repeated(String label, String description) {
    parameters.add(new ParameterSyntax(label, false, true, List.of(), description));
    return this;
  }

  /** Sets the words that a shell offers in the place of the parameter that was added last. */
  public CommandSyntax completing(Completion offered) {
    int last = parameters.size() - 1;
    parameters.set(last, parameters.get(last).completing(offered));
    return this;
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns a sentence that says what the command does. */
  public String summary() {
    return summary;
  }

  /** Returns the paragraphs of the help. */
  public List<String> details() {
    return details;
  }

  /** Returns the examples. Every command has at least one. */
  public List<Example> examples() {
    return examples;
  }

  /** Returns the exit statuses in ascending order; empty if they are those of the program. */
  public List<Meaning> exitStatuses() {
    return exitStatuses;
  }

  /** Returns the environment variables that have an effect on this command and not on all. */
  public List<Meaning> variables() {
    return variables;
  }

  /** Returns the paragraphs that only the manual page has. */
  public List<String> notes() {
    return notes;
  }

  /** Returns the options. */
  public List<OptionSyntax> options() {
    return options;
  }

  /** Returns the words that are not options, in order. */
  public List<ParameterSyntax> parameters() {
    return parameters;
  }

  @Nullable OptionSyntax find(String optionName) {
    for (OptionSyntax option : options) {
      if (option.names().contains(optionName)) {
        return option;
      }
    }
    return null;
  }

  boolean takesMore(int count) {
    return count > parameters.size()
        && !parameters.isEmpty()
        && parameters.get(parameters.size() - 1).repeated();
  }

  int requiredCount() {
    int count = 0;
    for (ParameterSyntax parameter : parameters) {
      if (parameter.required()) {
        count++;
      }
    }
    return count;
  }
}
