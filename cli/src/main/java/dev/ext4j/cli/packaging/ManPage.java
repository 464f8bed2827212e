package dev.ext4j.cli.packaging;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.CommandSyntax.Meaning;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.syntax.ParameterSyntax;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A manual page with the macros of man(7), from the same syntax description as the help. */
final class ManPage {
  /** The options that need no mention in a synopsis, because they are those of most commands. */
  private static final Set<String> COMMON_OPTIONS =
      Stream.of(
              ImageOptions.ALL.stream(),
              Stream.of(CommandSyntax.HELP, CommandSyntax.VERSION, Progress.OPTION))
          .flatMap(options -> options)
          .map(OptionSyntax::key)
          .collect(Collectors.toUnmodifiableSet());

  private final StringBuilder page = new StringBuilder(4096);

  private ManPage() {}

  /** Returns the page of the program, which refers to the pages of its commands. */
  static String ofProgram(CommandSyntax program, List<CommandSyntax> commands) {
    ManPage page = new ManPage();
    page.title(program.name(), program.summary());
    page.line(".SH SYNOPSIS");
    page.line(".B " + program.name())
        .line("\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...");
    page.line(".PP").line(".B " + program.name() + " help").line("[\\fICOMMAND\\fR]");
    page.description(program);
    page.line(".SH COMMANDS");
    for (CommandSyntax command : commands) {
      page.line(".TP").line("\\fB" + name(program, command) + "\\fR(1)");
      page.text(command.summary());
    }
    page.line(".SH OPTIONS");
    page.options(program);
    page.surroundings(program, program);
    page.entries("FILES", Surroundings.FILES_OF_THE_PROGRAM);
    page.notes(program);
    page.examples(program);
    page.seeAlso(program, commands);
    return page.page.toString();
  }

  /** Returns the page of a command. */
  static String ofCommand(
      CommandSyntax program, CommandSyntax command, List<CommandSyntax> commands) {
    ManPage page = new ManPage();
    page.title(name(program, command), command.summary());
    page.synopsis(program, command);
    page.description(command);
    for (ParameterSyntax parameter : command.parameters()) {
      page.line(".TP").line(".I " + escape(parameter.label())).text(parameter.description());
    }
    page.line(".SH OPTIONS");
    page.options(command);
    page.surroundings(program, command);
    page.entries("FILES", Surroundings.FILES);
    page.notes(command);
    page.examples(command);
    page.seeAlso(program, commands);
    return page.page.toString();
  }

  /** Returns the name of the page of a command, for example {@code ext4j-map}. */
  static String name(CommandSyntax program, CommandSyntax command) {
    return program.name() + "-" + command.name();
  }

  private void title(String name, String summary) {
    line(
        ".TH "
            + name.toUpperCase(Locale.ROOT).replace("-", "\\-")
            + " 1 \"\" ext4j \"ext4j manual\"");
    line(".nh").line(".ad l");
    line(".SH NAME").line(escape(name) + " \\- " + escape(withoutStop(summary)));
  }

  private static String withoutStop(String sentence) {
    String text = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private void description(CommandSyntax syntax) {
    line(".SH DESCRIPTION").text(syntax.summary());
    for (String paragraph : syntax.details()) {
      line(".PP").text(paragraph);
    }
  }

  /** Writes the form of a command, with the options that not all commands on images have. */
  private void synopsis(CommandSyntax program, CommandSyntax command) {
    line(".SH SYNOPSIS");
    StringBuilder form = new StringBuilder();
    form.append("\\fB").append(program.name()).append(' ').append(command.name()).append("\\fR");
    for (OptionSyntax option : command.options()) {
      if (!COMMON_OPTIONS.contains(option.key())) {
        form.append(" [").append(spelling(option, option.key())).append(']');
      }
    }
    form.append(" [\\fIOPTION\\fR]...");
    for (ParameterSyntax parameter : command.parameters()) {
      String word = "\\fI" + escape(parameter.label()) + "\\fR";
      form.append(' ').append(parameter.required() ? word : "[" + word + "]");
      form.append(parameter.repeated() ? "..." : "");
    }
    line(form.toString());
  }

  private void options(CommandSyntax command) {
    for (OptionSyntax option : command.options()) {
      line(".TP").line(names(option)).text(option.description());
    }
  }

  private static String names(OptionSyntax option) {
    return String.join(", ", option.names().stream().map(name -> spelling(option, name)).toList());
  }

  /** Returns a name of an option with the label of the value that it takes. */
  private static String spelling(OptionSyntax option, String name) {
    String bold = "\\fB" + escape(name) + "\\fR";
    if (!option.takesValue()) {
      return bold;
    }
    String label = option.valueLabel();
    boolean optional = option.isValueOptional();
    String word = optional ? label.substring(1, label.length() - 1) : label;
    String value = (name.startsWith("--") ? "=" : " ") + "\\fI" + escape(word) + "\\fR";
    return bold + (optional ? "[" + value + "]" : value);
  }

  /** Writes what the program gives to its caller and takes from its environment. */
  private void surroundings(CommandSyntax program, CommandSyntax command) {
    List<Meaning> own = command.exitStatuses();
    entries("EXIT STATUS", own.isEmpty() ? program.exitStatuses() : own);
    entries(Surroundings.EXIT_STATUSES);
    if (command.options().contains(ImageOptions.JSON)) {
      line(".PP").text(Surroundings.DOCUMENT_OF_A_FAILURE);
    }
    entries("ENVIRONMENT", Surroundings.VARIABLES);
    entries(command.variables());
  }

  private void entries(String heading, List<Meaning> entries) {
    line(".SH " + heading);
    entries(entries);
  }

  private void entries(List<Meaning> entries) {
    for (Meaning entry : entries) {
      line(".TP").line("\\fB" + escape(entry.word()) + "\\fR").text(sentence(entry.meaning()));
    }
  }

  /** Returns a phrase as a sentence; a sentence stays as it is. */
  private static String sentence(String phrase) {
    String start = phrase.substring(0, 1).toUpperCase(Locale.ROOT);
    return start + phrase.substring(1) + (phrase.endsWith(".") ? "" : ".");
  }

  private void notes(CommandSyntax syntax) {
    if (!syntax.notes().isEmpty()) {
      line(".SH NOTES");
    }
    for (String paragraph : syntax.notes()) {
      line(".PP").text(paragraph);
    }
  }

  private void examples(CommandSyntax syntax) {
    line(".SH EXAMPLES");
    for (CommandSyntax.Example example : syntax.examples()) {
      line(".TP").line("\\fB" + escape(example.command()) + "\\fR").text(example.what());
    }
  }

  private void seeAlso(CommandSyntax program, List<CommandSyntax> commands) {
    line(".SH SEE ALSO");
    StringBuilder all = new StringBuilder("\\fB" + program.name() + "\\fR(1)");
    for (CommandSyntax command : commands) {
      all.append(", \\fB").append(escape(name(program, command))).append("\\fR(1)");
    }
    line(all.append(", \\fBdebugfs\\fR(8), \\fBe2fsck\\fR(8), \\fBfilefrag\\fR(8)").toString());
  }

  private ManPage text(String text) {
    return line(escape(text));
  }

  private ManPage line(String line) {
    page.append(line).append('\n');
    return this;
  }

  /**
   * Escapes text for roff, in which backslashes and dashes have a meaning, and so do dots and
   * quotes at the start of a line.
   */
  private static String escape(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
