package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "für", "日本語", "\uD83D\uDE00", "\u0000\u007F\u0080\u07FF\u0800\uFFFF"})
  void decode_utf8_isTheTextItMeans(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(RawText.decode(bytes)).isEqualTo(text);
    assertThat(RawText.encode(text)).isEqualTo(bytes);
    assertThat(RawText.hasEscapes(text)).isFalse();
  }

  @Test
  void decode_notUtf8_isALoneSurrogateForEachByte() {
    assertThat(RawText.decode(bytes(0x61, 0xE9, 0x62))).isEqualTo("a\uDCE9b");
    assertThat(RawText.decode(bytes(0xC0, 0xAF))).as("overlong").isEqualTo("\uDCC0\uDCAF");
    assertThat(RawText.decode(bytes(0xE0, 0x80, 0x80))).isEqualTo("\uDCE0\uDC80\uDC80");
    assertThat(RawText.decode(bytes(0xED, 0xB2, 0x80)))
        .as("a surrogate in UTF-8")
        .isEqualTo("\uDCED\uDCB2\uDC80");
    assertThat(RawText.decode(bytes(0xF4, 0x90, 0x80, 0x80))).hasSize(4);
    assertThat(RawText.decode(bytes(0xF5))).isEqualTo("\uDCF5");
    assertThat(RawText.decode(bytes(0xE2, 0x82))).as("cut off").isEqualTo("\uDCE2\uDC82");
    assertThat(RawText.hasEscapes("a\uDCE9b")).isTrue();
  }

  @Test
  void encode_decoded_isTheSameBytes() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      assertThat(RawText.encode(RawText.decode(bytes))).as("round %d", i).isEqualTo(bytes);
    }
  }

  @Test
  void hasEscapes_pairOfSurrogatesInTheRangeOfEscapes_isNone() {
    String pair = new String(Character.toChars(0x1F480)); // its low half is U+DC80
    assertThat(RawText.hasEscapes(pair)).isFalse();
    assertThat(RawText.encode(pair)).isEqualTo(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
