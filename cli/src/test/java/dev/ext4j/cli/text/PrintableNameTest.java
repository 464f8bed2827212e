package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableNameTest {
  @Test
  void of_plainName_isItself() {
    assertThat(PrintableName.of("/a b/für/\uD83D\uDE00/日本")).isEqualTo("/a b/für/\uD83D\uDE00/日本");
  }

  @Test
  void of_whatATerminalObeys_isEscaped() {
    assertThat(PrintableName.of("a\u001b[31m\n\t\u007f")).isEqualTo("a\\033[31m\\012\\011\\177");
    assertThat(PrintableName.of("\u009b1m")).as("C1").isEqualTo("\\302\\2331m");
    assertThat(PrintableName.of("\u202Etxt"))
        .as("turns the direction")
        .isEqualTo("\\342\\200\\256txt");
    assertThat(PrintableName.of("\uDCFF")).as("no UTF-8").isEqualTo("\\377");
    assertThat(PrintableName.of("a\\b")).isEqualTo("a\\\\b");
    assertThat(PrintableName.of("\n" + new String(Character.toChars(0x1F480))))
        .isEqualTo("\\012" + new String(Character.toChars(0x1F480)));
  }

  @Test
  void nameForALog_withoutControlCharacters_staysAsItIs() {
    String raw = RawText.decode(new byte[] {'c', (byte) 0xE9, '\\'});
    assertThat(PrintableName.ofControls(raw)).isEqualTo(raw);
    assertThat(PrintableName.ofControls("a b")).isEqualTo("a b");
  }

  @Test
  void nameForALog_withAControlCharacter_cannotBeginALine() {
    assertThat(PrintableName.ofControls("d\u001b[31m\n::error::x"))
        .isEqualTo("d\\033[31m\\012::error::x");
  }
}
