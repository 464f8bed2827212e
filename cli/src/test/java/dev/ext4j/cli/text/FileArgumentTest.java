package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.FileAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileArgumentTest {
  @ParameterizedTest
  @CsvSource({"12, 12", "<12>, 12", "ino:12, 12", "0012, 12", "4294967295, 4294967295"})
  void parse_inode_isItsNumber(String word, long number) throws UsageException {
    assertThat(FileArgument.parse(word)).isEqualTo(FileAddress.inode(number));
  }

  @Test
  void parse_path_isItsBytes() throws UsageException {
    byte[] bytes = {'/', 'c', (byte) 0xE9, '/', (byte) 0xC3, (byte) 0xBC};
    assertThat(FileArgument.parse("/c\uDCE9/ü")).isEqualTo(FileAddress.path(bytes));
    assertThat(FileArgument.parse("/")).isEqualTo(FileAddress.path(new byte[] {'/'}));
    assertThat(FileArgument.parse("/<12>")).isInstanceOf(FileAddress.Path.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "file",
        "./file",
        "-1",
        "0",
        "<0>",
        "ino:0",
        "ino:",
        "<>",
        "<12",
        "12>",
        "<-1>",
        "12x",
        "0x12",
        "ino:0x12",
        "4294967296",
        "99999999999999999999",
        "< 12>",
        "\u0661"
      })
  void parse_anythingElse_isAUsageError(String word) {
    assertThatThrownBy(() -> FileArgument.parse(word)).isInstanceOf(UsageException.class);
  }
}
