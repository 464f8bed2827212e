package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandLineBytesTest {
  @Test
  void restore_argumentsThatLostBytes_areTakenFromTheKernel() {
    byte[] line =
        "java\0-cp\0x\0Main\0cat\0IMG\0/caf\u00e9\0\0".getBytes(StandardCharsets.ISO_8859_1);
    String[] args = {"cat", "IMG", "/caf?", ""};
    assertThat(CommandLineBytes.restore(args, line))
        .containsExactly("cat", "IMG", "/caf\uDCE9", "");
  }

  @Test
  void restore_fewerWordsThanArguments_leavesThemAlone() {
    String[] args = {"cat", "?"};
    assertThat(CommandLineBytes.restore(args, new byte[0])).isSameAs(args);
    assertThat(CommandLineBytes.restore(args, new byte[] {'x', 0})).isSameAs(args);
  }

  @Test
  void restore_plainArguments_doesNotAskTheKernel() {
    String[] args = {"cat", "IMG", "/x"};
    assertThat(CommandLineBytes.restore(args)).isSameAs(args);
  }
}
