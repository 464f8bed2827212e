package dev.ext4j.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonDocumentTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output out = new Output(Channels.newChannel(bytes), false);

  @Test
  void finish_document_isCompleteAndOneLineEnds() throws IOException {
    try (JsonDocument json = new JsonDocument(out, "s/1")) {
      json.name("n", "für").number("a", 5).unsigned("u", -1).flag("f", true);
      json.time("t", Instant.ofEpochSecond(7, 8)).beginArray("rows");
      json.beginRow().text("x", "1").endObject().beginRow().endObject();
      json.endArray().beginArray("l").element("e").element(3).endArray();
      json.finish();
    }
    assertThat(written())
        .isEqualTo(
            "{\"schema\":\"s/1\",\"n\":\"für\",\"a\":5,\"u\":18446744073709551615,\"f\":true,"
                + "\"t\":7,\"t_nsec\":8,\"rows\":[\n{\"x\":\"1\"}\n,{}],\"l\":[\"e\",3]}\n");
  }

  @Test
  void name_notUtf8_isShownAsFarAsItIsAndGivenAsBase64() throws IOException {
    try (JsonDocument json = new JsonDocument(out, "s/1")) {
      json.name("path", "/ü\uDCE9").name("next", "ü").finish();
    }
    assertThat(written())
        .isEqualTo(
            "{\"schema\":\"s/1\",\"path\":\"/ü\uFFFD\",\"path_base64\":\"L8O86Q==\","
                + "\"next\":\"ü\"}\n");
  }

  @Test
  void halvesOfCharacters_areWrittenNowhere() throws IOException {
    try (JsonDocument json = new JsonDocument(out, "s/1")) {
      json.text("a", "\uDCE9x\uD83D").beginArray("l").element("\uD83D\uDE00\uDE00").endArray();
      json.finish();
    }
    assertThat(written())
        .isEqualTo(
            "{\"schema\":\"s/1\",\"a\":\"\uFFFDx\uFFFD\",\"l\":[\"\\uD83D\\uDE00\uFFFD\"]}\n");
  }

  @Test
  void close_withoutFinish_leavesItCutOff() throws IOException {
    try (JsonDocument json = new JsonDocument(out, "s/1")) {
      json.beginArray("rows");
    }
    assertThat(written()).isEqualTo("{\"schema\":\"s/1\",\"rows\":[");
  }

  private String written() throws IOException {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
