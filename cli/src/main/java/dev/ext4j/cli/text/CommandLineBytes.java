package dev.ext4j.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The arguments as they were typed. The JVM decodes them with the charset of the locale. Bytes that
 * are not text in this charset are lost, because they become '?' or U+FFFD. The kernel still has
 * the original bytes.
 */
public final class CommandLineBytes {
  private static final Path KERNELS_COPY = Path.of("/proc/self/cmdline");

  private CommandLineBytes() {}

  /**
   * Returns the arguments, encoded as {@link RawText} does it. Returns {@code args} itself if no
   * byte can have been lost, or if the original bytes cannot be read.
   */
  public static String[] restore(String[] args) {
    if (!suspect(args)) {
      return args;
    }
    try {
      return restore(args, Files.readAllBytes(KERNELS_COPY));
    } catch (IOException e) {
      return args; // no /proc, so only the decoded arguments are known
    }
  }

  /**
   * Returns the last words of a command line of NUL-terminated words, as many as {@code args} has.
   * Returns {@code args} if there are fewer words.
   */
  static String[] restore(String[] args, byte[] commandLine) {
    String[] restored = new String[args.length];
    int end = commandLine.length;
    for (int i = args.length - 1; i >= 0; i--) {
      if (end == 0 || commandLine[end - 1] != 0) {
        return args;
      }
      int start = --end;
      while (start > 0 && commandLine[start - 1] != 0) {
        start--;
      }
      restored[i] = RawText.decode(commandLine, start, end - start);
      end = start;
    }
    return restored;
  }

  private static boolean suspect(String[] args) {
    for (String arg : args) {
      for (int i = 0; i < arg.length(); i++) {
        char c = arg.charAt(i);
        if (c == '?' || c >= 0x80) {
          return true;
        }
      }
    }
    return false;
  }
}
