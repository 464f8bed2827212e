package dev.ext4j.testimages;

import com.google.errorprone.annotations.CheckReturnValue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A program of this machine and the way to run it. Objects are immutable: each {@code with} method
 * returns a changed copy.
 *
 * <p>All three streams are files and not pipes. They need not be read while the program runs, and
 * any amount of output is kept. A grandchild process that outlives the program cannot block the
 * caller.
 */
@CheckReturnValue
public final class ExternalTool {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  private final Path program;
  private final byte[] input;
  private final Duration timeout;
  private final Map<String, String> environment;

  private ExternalTool(
      Path program, byte[] input, Duration timeout, Map<String, String> environment) {
    this.program = program;
    this.input = input;
    this.timeout = timeout;
    this.environment = environment;
  }

  /** Returns the program called {@code name}, with no input and a timeout of two minutes. */
  public static ExternalTool named(String name) throws ToolException {
    Path program =
        locate(name).orElseThrow(() -> new ToolException(name + ": there is no such program"));
    return new ExternalTool(program, new byte[0], DEFAULT_TIMEOUT, Map.of());
  }

  /** Returns the path of {@code name}, found in PATH or in the folders for system programs. */
  public static Optional<Path> locate(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Stream.of(path.split(":")), SYSTEM_FOLDERS.stream())
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .findFirst();
  }

  /** Returns a copy with {@code bytes} as standard input. */
  public ExternalTool withInput(byte[] bytes) {
    return new ExternalTool(program, bytes.clone(), timeout, environment);
  }

  /** Returns a copy with {@code text} in UTF-8 as standard input. */
  public ExternalTool withInput(String text) {
    return withInput(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a copy with another limit of the wall time. At this limit the program and its children
   * are killed.
   */
  public ExternalTool withTimeout(Duration limit) {
    return new ExternalTool(program, input, limit, environment);
  }

  /** Returns a copy with one more environment variable. */
  public ExternalTool withEnvironment(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new ExternalTool(program, input, timeout, more);
  }

  /** Runs the program to its end. Any exit status is accepted. */
  public ToolResult run(String... arguments) throws IOException {
    return run(List.of(arguments));
  }

  /** Runs the program to its end. Any exit status is accepted. */
  public ToolResult run(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    command.forEach(ExternalTool::requireEncodable);
    Path streams = Files.createTempDirectory(Scratch.root(), "ext4j-run-");
    try {
      return run(command, streams);
    } finally {
      FileUtils.deleteDirectory(streams.toFile());
    }
  }

  private ToolResult run(List<String> command, Path streams) throws IOException {
    Path stdin = streams.resolve("in");
    Path stdout = streams.resolve("out");
    Path stderr = streams.resolve("err");
    Files.write(stdin, input);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(stdin.toFile())
            .redirectOutput(Redirect.to(stdout.toFile()))
            .redirectError(Redirect.to(stderr.toFile()));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("MKE2FS_SKIP_PROGRESS", "1");
    builder.environment().put("MKE2FS_SKIP_CHECK_MSG", "1");
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    Process process = ForkGate.start(builder);
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        throw new ToolException(
            String.join(" ", command) + ": still running after " + timeout + ", killed");
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(String.join(" ", command));
      interrupted.initCause(e);
      throw interrupted;
    }
    return new ToolResult(
        command,
        process.exitValue(),
        Files.readAllBytes(stdout),
        Files.readAllBytes(stderr),
        Duration.ofNanos(System.nanoTime() - start));
  }

  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Checks that an argument can be encoded. In a C locale the JVM would silently replace other
   * characters by question marks.
   */
  private static void requireEncodable(String argument) {
    Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    if (!charset.newEncoder().canEncode(argument)) {
      throw new IllegalArgumentException(
          "in this locale a program can get this only on its standard input: " + argument);
    }
  }
}
