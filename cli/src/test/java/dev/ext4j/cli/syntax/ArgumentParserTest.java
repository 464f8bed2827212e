package dev.ext4j.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.cli.text.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentParserTest {
  private static final OptionSyntax JSON = OptionSyntax.flag("json", "--json");
  private static final OptionSyntax LONG = OptionSyntax.flag("long", "--long", "-l");
  private static final OptionSyntax ALL = OptionSyntax.flag("all", "--all", "-a");
  private static final OptionSyntax BLOCK = OptionSyntax.value("N", "block", "--block", "-b");
  private static final OptionSyntax WHEN =
      OptionSyntax.choice("--when", List.of("always", "never"), "when");
  private static final CommandSyntax SYNTAX =
      CommandSyntax.named("test", "Tests.")
          .option(JSON)
          .option(LONG)
          .option(ALL)
          .option(BLOCK)
          .option(WHEN)
          .required("IMG", "image")
          .optional("FILE", "file");

  @Test
  void parse_optionsAndWords_comeInAnyOrder() throws UsageException {
    Arguments arguments = parse("--json", "IMG", "-b", "5", "/f", "--when=never");
    assertThat(arguments.has(JSON)).isTrue();
    assertThat(arguments.has(LONG)).isFalse();
    assertThat(arguments.value(BLOCK)).isEqualTo("5");
    assertThat(arguments.value(WHEN)).isEqualTo("never");
    assertThat(arguments.parametersFrom(0)).containsExactly("IMG", "/f");
    assertThat(arguments.parametersFrom(1)).containsExactly("/f");
    assertThat(arguments.parametersFrom(9)).isEmpty();
  }

  @Test
  void parse_shortOptions_maySharesAWordAndCarryTheirValue() throws UsageException {
    assertThat(parse("-lab5", "i").value(BLOCK)).isEqualTo("5");
    assertThat(parse("-lab5", "i").has(ALL)).isTrue();
    assertThat(parse("-b=5", "i").value(BLOCK)).isEqualTo("5");
    assertThat(parse("-lb", "5", "i").value(BLOCK)).isEqualTo("5");
    assertThat(parse("-b", "-1", "i").value(BLOCK)).as("the value's business").isEqualTo("-1");
    assertThat(parse("--block=", "i").value(BLOCK)).isEmpty();
  }

  @Test
  void parse_optionGivenTwice_lastOneCounts() throws UsageException {
    assertThat(parse("-b1", "i", "--block", "2").value(BLOCK)).isEqualTo("2");
  }

  @Test
  void parse_afterTwoDashes_everythingIsAWord() throws UsageException {
    assertThat(parse("--", "-l", "--json").parametersFrom(0)).containsExactly("-l", "--json");
    assertThat(parse("-").parametersFrom(0)).containsExactly("-");
  }

  @Test
  void parse_help_needsNoWords() throws UsageException {
    assertThat(parse("--help").has(CommandSyntax.HELP)).isTrue();
    assertThat(parse("-h").has(CommandSyntax.HELP)).isTrue();
    assertThat(parse("-V").has(CommandSyntax.VERSION)).isTrue();
  }

  @Test
  void parse_wrongLine_isAUsageErrorThatNamesTheWord() {
    assertWrong("missing IMG");
    assertWrong("unexpected 'c'", "a", "b", "c");
    assertWrong("unknown option '--jason'", "--jason", "i");
    assertWrong("unknown option '-x'", "-lx", "i");
    assertWrong("unknown option '-5'", "i", "-5");
    assertWrong("option '--json' takes no value", "--json=1", "i");
    assertWrong("option '--block' needs a value", "i", "--block");
    assertWrong("option '-b' needs a value", "i", "-b");
    assertWrong("option '--when' is one of always|never, not 'no'", "i", "--when", "no");
  }

  private static void assertWrong(String message, String... words) {
    assertThatThrownBy(() -> parse(words)).isInstanceOf(UsageException.class).hasMessage(message);
  }

  private static Arguments parse(String... words) throws UsageException {
    return ArgumentParser.parse(SYNTAX, List.of(words));
  }
}
