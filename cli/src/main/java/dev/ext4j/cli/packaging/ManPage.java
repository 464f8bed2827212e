package dev.ext4j.cli.packaging;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.syntax.ParameterSyntax;
import java.util.List;
import java.util.Locale;

/** A manual page with the macros of man(7), from the same syntax description as the help. */
final class ManPage {
  private final StringBuilder page = new StringBuilder(4096);

  private ManPage() {}

  /** Returns the page of the program, which refers to the pages of its commands. */
  static String ofProgram(CommandSyntax program, List<CommandSyntax> commands) {
    ManPage page = new ManPage();
    page.title(program.name(), program.summary());
    page.line(".SH SYNOPSIS");
    page.line(".B " + program.name())
        .line("\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...");
    page.description(program);
    page.line(".SH COMMANDS");
    for (CommandSyntax command : commands) {
      page.line(".TP").line("\\fB" + name(program, command) + "\\fR(1)");
      page.text(command.summary());
    }
    page.examples(program);
    page.seeAlso(program, commands);
    return page.page.toString();
  }

  /** Returns the page of a command. */
  static String ofCommand(
      CommandSyntax program, CommandSyntax command, List<CommandSyntax> commands) {
    ManPage page = new ManPage();
    page.title(name(program, command), command.summary());
    page.line(".SH SYNOPSIS");
    StringBuilder synopsis = new StringBuilder();
    synopsis.append("\\fB").append(program.name()).append(' ').append(command.name());
    synopsis.append("\\fR [\\fIOPTION\\fR]...");
    for (ParameterSyntax parameter : command.parameters()) {
      String word = "\\fI" + escape(parameter.label()) + "\\fR";
      synopsis.append(' ').append(parameter.required() ? word : "[" + word + "]");
      synopsis.append(parameter.repeated() ? "..." : "");
    }
    page.line(synopsis.toString());
    page.description(command);
    for (ParameterSyntax parameter : command.parameters()) {
      page.line(".TP").line(".I " + escape(parameter.label())).text(parameter.description());
    }
    page.line(".SH OPTIONS");
    for (OptionSyntax option : command.options()) {
      page.line(".TP").line(names(option)).text(option.description());
    }
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

  private static String names(OptionSyntax option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names
          .append(names.length() == 0 ? "" : ", ")
          .append("\\fB")
          .append(escape(name))
          .append("\\fR");
      if (option.takesValue()) {
        String label = option.valueLabel();
        boolean optional = option.isValueOptional();
        names.append(optional ? "[" : "").append(name.startsWith("--") ? "=" : " ");
        String word = optional ? label.substring(1, label.length() - 1) : label;
        names.append("\\fI").append(escape(word)).append("\\fR").append(optional ? "]" : "");
      }
    }
    return names.toString();
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
