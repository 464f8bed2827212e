package dev.ext4j.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output out = new Output(Channels.newChannel(bytes), false);

  @Test
  void number_anyWidth_isRightAligned() throws IOException {
    out.number(0).ascii('|').number(42, 5).ascii('|').number(123456, 3).ascii('|');
    out.number(Long.MAX_VALUE).ascii('|').number(-7, 4).ascii('|').number(Long.MIN_VALUE);
    assertThat(written()).isEqualTo("0|   42|123456|9223372036854775807|  -7|-9223372036854775808");
  }

  @Test
  void digits_everyPowerOfTen_isCounted() {
    long power = 1;
    for (int digits = 1; digits <= 18; digits++, power *= 10) {
      assertThat(Output.digits(power)).isEqualTo(digits);
      assertThat(Output.digits(power * 10 - 1)).isEqualTo(digits);
    }
    assertThat(Output.digits(Long.MAX_VALUE)).isEqualTo(19);
  }

  @Test
  void text_rawName_isItsBytes() throws IOException {
    out.text("a\uDCE9ü").left("x", 3).right("y", 3).line();
    out.flush();
    assertThat(bytes.toByteArray())
        .isEqualTo("a\u00e9\u00c3\u00bcx    y\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void name_onATerminal_isHarmless() throws IOException {
    Output terminal = new Output(Channels.newChannel(bytes), true);
    terminal.name("a\u001b[2J").flush();
    assertThat(written()).isEqualTo("a\\033[2J");
  }

  @Test
  void write_moreThanTheBuffer_keepsTheOrder() throws IOException {
    StringBuilder expected = new StringBuilder();
    String large = "0123456789".repeat(10_000);
    for (int i = 0; i < 20_000; i++) {
      out.number(i, 7).line();
      expected.append(String.format("%7d\n", i));
    }
    out.text(large).bytes(large.getBytes(StandardCharsets.UTF_8)).text("ü".repeat(70_000));
    out.bytes(ByteBuffer.wrap(large.getBytes(StandardCharsets.UTF_8))).ascii('.');
    expected.append(large).append(large).append("ü".repeat(70_000)).append(large).append('.');
    assertThat(written()).isEqualTo(expected.toString());
  }

  @Test
  void flush_sinkThatFails_isAnOutputExceptionOnce() throws IOException {
    Output full = new Output(new FailingChannel("No space left on device"), false);
    full.text("x");
    assertThatThrownBy(full::flush)
        .isInstanceOf(OutputException.class)
        .hasMessage("No space left on device");
    full.flush();
    assertThat(new OutputException(new IOException("Broken pipe")).isClosedPipe()).isTrue();
    assertThat(new OutputException(new IOException("No space left")).isClosedPipe()).isFalse();
  }

  private String written() throws IOException {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private record FailingChannel(String reason) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) throws IOException {
      throw new IOException(reason);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
