package dev.ext4j.cli.syntax;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The syntax of the commands as a model of picocli. It serves the help, the completion, and
 * suggestions after a typo.
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
      List<String> suggestions = e.getSuggestions();
      return suggestions.isEmpty() ? "" : "did you mean " + String.join(" or ", suggestions) + "?";
    } catch (ParameterException e) {
      return "";
    }
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
      if (!parameter.choices().isEmpty()) {
        builder.completionCandidates(parameter.choices());
      }
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
    if (option.takesValue()) {
      builder.type(String.class).arity("1").paramLabel(option.valueLabel());
      if (!option.choices().isEmpty()) {
        builder.completionCandidates(option.choices());
      }
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
    return lines;
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
