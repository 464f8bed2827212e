package dev.ext4j.blockdev;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The loop devices and mounts of a test. All of them are removed at its end, even if it fails. */
public final class LoopDevices implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 30;

  private final ArrayDeque<List<String>> undo = new ArrayDeque<>();

  /** Skips the test if loop devices are not available. */
  public LoopDevices() {
    Skips.requireOracle("root".equals(System.getProperty("user.name")), "loop devices need root");
    Skips.requireOracle(Files.exists(Path.of("/dev/loop-control")), "no loop devices here");
    assumeTool("losetup");
  }

  /** Skips the test if a program is not installed. */
  public static void assumeTool(String name) {
    Skips.requireOracle(
        Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))),
        name + " is not installed");
  }

  /** Attaches a new loop device to a file and returns the path of the device. */
  public String attach(Path file, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("losetup", "--find", "--show"));
    command.addAll(List.of(options));
    command.add(file.toString());
    String device = run(command).strip();
    undo.push(List.of("losetup", "--detach", device));
    return device;
  }

  public void mount(String device, Path folder, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(options));
    command.addAll(List.of(device, Files.createDirectories(folder).toString()));
    run(command);
    undo.push(List.of("umount", folder.toString()));
  }

  /** Adds a command that is run at the end, before earlier steps are undone. */
  public void atEnd(String... command) {
    undo.push(List.of(command));
  }

  /** Runs a program and returns its output. Throws an exception if the program fails. */
  public static String run(String... command) throws Exception {
    return run(List.of(command));
  }

  private static String run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(command + " failed: " + output);
    }
    return output;
  }

  @Override
  public void close() throws Exception {
    Exception first = null;
    while (!undo.isEmpty()) {
      try {
        run(undo.pop());
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
