package dev.ext4j.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.Ext4j;
import dev.ext4j.cli.output.Output;
import dev.ext4j.testimages.GoldenImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a check that the user ends. */
class InterruptionTest {
  private static final int CANCELLED = 32;

  @TempDir Path folder;
  private String image = "";
  private final Interruption interruption = new Interruption();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  private int run(String... line) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new Output(Channels.newChannel(out), false),
            new Output(Channels.newChannel(new ByteArrayOutputStream()), false),
            false);
    return new Ext4j(console, interruption).run(line);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void checkThatIsEnded_printsWhatItFoundAndStatus32() {
    interruption.request();
    assertThat(run("fsck", image)).isEqualTo(CANCELLED);
    assertThat(printed()).contains(image + ": no errors so far", "the check was cancelled");
  }

  @Test
  void documentOfACheckThatIsEnded_isCompleteAndSaysSo() {
    interruption.request();
    assertThat(run("fsck", "--json", image)).isEqualTo(CANCELLED);
    assertThat(printed())
        .contains("\"clean\":false", "\"complete\":false", "\"cancelled\":true")
        .endsWith("}\n");
  }

  @Test
  void furtherImages_areNotChecked() {
    interruption.request();
    assertThat(run("fsck", image, image)).isEqualTo(CANCELLED);
    assertThat(printed().split("cancelled", -1)).hasSize(2);
  }

  @Test
  void signalAfterTheEnd_changesNothing() {
    assertThat(run("fsck", image)).isZero();
    interruption.ended(0);
    interruption.request();
    assertThat(interruption.isRequested()).isFalse();
  }
}
