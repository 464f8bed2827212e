package dev.ext4j.blockdev;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A way to skip a test that cannot run on this machine, which also records the skip. Each skip is a
 * line in the file named by the system property {@code ext4j.oracle.skips}, in the format of {@code
 * Oracles}, a class of a module above this one. A line has a category, the reason and the test,
 * separated by tabs. The category {@code oracle} means that a program, device or right is missing.
 * The category {@code kind} means that the machine has it, but not in a suitable form.
 */
public final class Skips {
  private static final String FILE = "ext4j.oracle.skips";

  private Skips() {}

  /** Skips the calling test unless {@code present}. This is for a program, a device or a right. */
  public static void requireOracle(boolean present, String reason) {
    if (!present) {
      skip("oracle", reason);
    }
  }

  /**
   * Skips the calling test unless {@code suitable}. This is for the kernel, the file system or the
   * JVM.
   */
  public static void requireKind(boolean suitable, String reason) {
    if (!suitable) {
      skip("kind", reason);
    }
  }

  private static void skip(String category, String reason) {
    String test = StackWalker.getInstance().walk(Skips::caller);
    String file = System.getProperty(FILE, "");
    if (!file.isEmpty()) {
      record(
          Path.of(file), String.join("\t", category, reason.lines().findFirst().orElse(""), test));
    }
    throw new TestAbortedException(reason);
  }

  private static String caller(Stream<StackWalker.StackFrame> frames) {
    return frames
        .filter(frame -> !frame.getClassName().equals(Skips.class.getName()))
        .filter(frame -> !frame.getClassName().equals(LoopDevices.class.getName()))
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .findFirst()
        .orElse("?");
  }

  private static synchronized void record(Path file, String line) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      fail("cannot count a skipped test", e);
    }
  }
}
