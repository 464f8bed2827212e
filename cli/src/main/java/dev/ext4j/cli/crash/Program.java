package dev.ext4j.cli.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of another program. Its output goes to a file, so that the program cannot stall on a full
 * pipe.
 */
final class Program {
  private static final long TIMEOUT_SECONDS = 600;
  private static final int MAX_OUTPUT = 1 << 16;
  private static final int STILL_RUNNING = -1;

  private Program() {}

  /**
   * The result of a run.
   *
   * @param status the exit status, or -1 if the program was still running after ten minutes and was
   *     killed
   * @param output the beginning of the output of the program
   */
  record Result(int status, String output) {}

  static Result run(Path scratch, List<String> words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.to(scratch.toFile()));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    int status = STILL_RUNNING;
    try {
      if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        status = process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(words.get(0));
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    try (InputStream output = Files.newInputStream(scratch)) {
      return new Result(status, new String(output.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8));
    }
  }
}
