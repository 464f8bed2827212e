package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM that opens an image for writing, prints the result, and holds the image until its
 * input ends. The path is passed URL-encoded, so that no locale can change it.
 */
final class ChildProcess implements AutoCloseable {
  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  public static void main(String[] arguments) throws IOException {
    String path = URLDecoder.decode(arguments[0], StandardCharsets.UTF_8);
    try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_WRITE)) {
      System.out.println("open " + device.size());
      while (System.in.read() >= 0) {
        // wait for the end of the input
      }
    } catch (DeviceBusyException e) {
      System.out.println("busy");
    } catch (IOException e) {
      System.out.println("failed");
    }
  }

  /**
   * Starts the process.
   *
   * @param wrapper the words before the command, for a program that runs it
   */
  static ChildProcess start(String path, List<String> jvmOptions, String locale, String... wrapper)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(wrapper));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", classPath)));
    command.add(ChildProcess.class.getName());
    command.add(URLEncoder.encode(path, StandardCharsets.UTF_8));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", locale);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new ChildProcess(builder.start());
  }

  /** Returns the line that the child prints after its attempt. */
  String answer() throws IOException {
    StringBuilder line = new StringBuilder();
    int c = process.getInputStream().read();
    while (c >= 0 && c != '\n') {
      line.append((char) c);
      c = process.getInputStream().read();
    }
    return line.toString();
  }

  /** Ends the child by closing its input. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IOException("the child does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
