package dev.ext4j.cli.syntax;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The syntax of the commands as a model of picocli. It serves the help and suggestions after a
 * typo.
 */
public final class PicocliModel {
  private static final int HELP_WIDTH = 90;

  private PicocliModel() {}

  /** Returns the program with all its commands. */
  public static CommandLine program(CommandSyntax program, List<CommandSyntax> commands) {
    CommandLine root = new CommandLine(spec(program));
    for (CommandSyntax command : commands) {
      root.addSubcommand(command.name(), new CommandLine(spec(command)));
    }
    root.setUsageHelpWidth(HELP_WIDTH);
    return root;
  }

  /**
   * Returns the suggestion of picocli for a wrong command line, for example "did you mean stat or
   * start?", or empty if picocli has none.
   */
  public static String suggestion(CommandLine program, String[] args) {
    try {
      program.parseArgs(args);
      return "";
    } catch (UnmatchedArgumentException e) {
      String word = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().get(0);
      List<String> suggestions =
          e.getSuggestions().stream().filter(known -> resembles(word, known)).toList();
      return suggestions.isEmpty() ? "" : "did you mean " + String.join(" or ", suggestions) + "?";
    } catch (ParameterException e) {
      return "";
    }
  }

  /**
   * Returns whether a word may be a typo of a known word: it is its beginning, or at most a third
   * of its letters are wrong, missing or too many. picocli suggests words that resemble nothing.
   */
  static boolean resembles(String word, String known) {
    String typed = letters(word);
    String meant = letters(known);
    return (typed.length() > 1 && meant.startsWith(typed))
        || isSwapped(typed, meant)
        || distance(typed, meant) <= Math.max(1, meant.length() / 3);
  }

  /** Returns whether two words differ by two neighbours that changed places. */
  private static boolean isSwapped(String one, String other) {
    int at = 0;
    while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return one.length() == other.length()
        && at + 1 < one.length()
        && one.charAt(at) == other.charAt(at + 1)
        && one.charAt(at + 1) == other.charAt(at)
        && one.substring(at + 2).equals(other.substring(at + 2));
  }

  private static String letters(String word) {
    int end = word.indexOf('=');
    return (end < 0 ? word : word.substring(0, end)).replace("-", "").toLowerCase(Locale.ROOT);
  }

  /** Returns the Levenshtein distance. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }

  private static CommandSpec spec(CommandSyntax syntax) {
    CommandSpec spec = CommandSpec.create().name(syntax.name());
    for (OptionSyntax option : syntax.options()) {
      spec.addOption(option(option));
    }
    int index = 0;
    for (ParameterSyntax parameter : syntax.parameters()) {
      String place = Integer.toString(index++);
      PositionalParamSpec.Builder builder =
          PositionalParamSpec.builder()
              .index(parameter.repeated() ? place + "..*" : place)
              .arity(parameter.required() ? "1" : parameter.repeated() ? "0..*" : "0..1")
              .paramLabel(parameter.label())
              .description(escape(parameter.description()))
              .type(parameter.repeated() ? String[].class : String.class);
      spec.addPositional(builder.build());
    }
    spec.usageMessage()
        .description(paragraphs(syntax))
        .footer(examples(syntax))
        .sortOptions(false)
        .autoWidth(false)
        .width(HELP_WIDTH);
    return spec;
  }

  private static String label(OptionSyntax option) {
    String label = option.valueLabel();
    return label.substring(1, label.length() - 1);
  }

  private static OptionSpec option(OptionSyntax option) {
    OptionSpec.Builder builder =
        OptionSpec.builder(option.names().toArray(new String[0]))
            .description(escape(option.description()));
    if (option.equals(CommandSyntax.HELP)) {
      return builder.usageHelp(true).build();
    }
    if (option.equals(CommandSyntax.VERSION)) {
      return builder.versionHelp(true).build();
    }
    if (option.isValueOptional()) {
      return builder.type(String.class).arity("0..1").paramLabel(label(option)).build();
    }
    if (option.takesValue()) {
      builder.type(String.class).arity("1").paramLabel(option.valueLabel());
      return builder.build();
    }
    return builder.type(boolean.class).arity("0").build();
  }

  private static String[] paragraphs(CommandSyntax syntax) {
    List<String> details = syntax.details();
    String[] lines = new String[1 + details.size()];
    lines[0] = escape(syntax.summary());
    for (int i = 0; i < details.size(); i++) {
      lines[i + 1] = "%n" + escape(details.get(i));
    }
    lines[lines.length - 1] += escape(exitStatuses(syntax));
    return lines;
  }

  /** Returns a sentence that continues a paragraph, or empty if the command has no own statuses. */
  private static String exitStatuses(CommandSyntax syntax) {
    List<String> phrases =
        syntax.exitStatuses().stream()
            .map(status -> status.word() + " " + status.meaning())
            .toList();
    return phrases.isEmpty() ? "" : " Exit status: " + String.join("; ", phrases) + ".";
  }

  private static String[] examples(CommandSyntax syntax) {
    List<CommandSyntax.Example> examples = syntax.examples();
    String[] lines = new String[1 + 2 * examples.size()];
    lines[0] = examples.size() == 1 ? "%nExample:" : "%nExamples:";
    for (int i = 0; i < examples.size(); i++) {
      lines[1 + 2 * i] = "  " + escape(examples.get(i).command());
      lines[2 + 2 * i] = "      " + escape(examples.get(i).what());
    }
    return lines;
  }

  /**
   * Escapes text for picocli, whose help lines are format strings in which {@code @|} opens a
   * style.
   */
  private static String escape(String text) {
    return text.replace("%", "%%").replace("@|", "@ |");
  }
}
