package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExternalToolTest {
  private static final int MUCH = 3_000_000;

  @Test
  void run_manyBytesOnAllStreams_keepsThemAll() throws IOException {
    ToolResult result =
        ExternalTool.named("sh")
            .withInput("x".repeat(MUCH))
            .run("-c", "cat; head -c " + MUCH + " /dev/zero >&2; exit 3");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stdout()).hasSize(MUCH);
    assertThat(result.stderr()).hasSize(MUCH);
    assertThatThrownBy(result::orFail)
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("exit 3");
    assertThat(result.orFail(3)).isSameAs(result);
  }

  @Test
  void run_tooLong_isKilledWithItsChildren() throws IOException {
    ExternalTool shell = ExternalTool.named("sh").withTimeout(Duration.ofMillis(200));
    long start = System.nanoTime();
    assertThatThrownBy(() -> shell.run("-c", "sleep 61.8 & sleep 61.8"))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("still running");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void run_environment_isEnglishAndQuiet() throws IOException {
    String environment =
        ExternalTool.named("env")
            .withEnvironment("ONE", "1")
            .withEnvironment("TWO", "2")
            .run()
            .stdout();
    assertThat(environment.lines())
        .contains("LC_ALL=C", "MKE2FS_SKIP_CHECK_MSG=1", "ONE=1", "TWO=2");
  }

  @Test
  void run_interrupted_killsTheProgramAndStaysInterrupted() throws IOException {
    ExternalTool sleep = ExternalTool.named("sleep");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> sleep.run("61.8")).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void named_unknownProgram_fails() {
    assertThat(ExternalTool.locate("no-such-program")).isEmpty();
    assertThatThrownBy(() -> ExternalTool.named("no-such-program"))
        .hasMessageContaining("no-such-program");
  }
}
