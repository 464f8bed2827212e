package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
  @Test
  void split_line_isItsWords() throws UsageException {
    assertThat(ShellWords.split("punch /f 1M 64K")).containsExactly("punch", "/f", "1M", "64K");
    assertThat(ShellWords.split("\t a  b \r")).containsExactly("a", "b");
    assertThat(ShellWords.split("")).isEmpty();
    assertThat(ShellWords.split(" # only a comment")).isEmpty();
    assertThat(ShellWords.split("a # rest")).containsExactly("a");
    assertThat(ShellWords.split("a#b c")).containsExactly("a#b", "c");
  }

  @Test
  void split_quotes_protect() throws UsageException {
    assertThat(ShellWords.split("'/a b' \"c d\" e\\ f")).containsExactly("/a b", "c d", "e f");
    assertThat(ShellWords.split("'it'\\''s' \"a\\\"b\\x\\\\\""))
        .containsExactly("it's", "a\"b\\x\\");
    assertThat(ShellWords.split("'' \"\" x''y")).containsExactly("", "", "xy");
    assertThat(ShellWords.split("\\#a '#b'")).containsExactly("#a", "#b");
    assertThat(ShellWords.split("'$HOME' `x` *")).containsExactly("$HOME", "`x`", "*");
    assertThat(ShellWords.split("/caf\uDCE9")).containsExactly("/caf\uDCE9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a", "\"a", "a\\", "\"a\\", "\"a\\\""})
  void split_unfinished_isAUsageError(String line) {
    assertThatThrownBy(() -> ShellWords.split(line)).isInstanceOf(UsageException.class);
  }
}
