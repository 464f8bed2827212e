package dev.ext4j.cli.command;

import dev.ext4j.cli.output.Output;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verdict of e2fsck(8) about an image, if e2fsck is installed. */
final class FileSystemCheck {
  private static final List<String> FOLDERS = List.of("/sbin", "/usr/sbin", "/usr/local/sbin");

  private FileSystemCheck() {}

  /**
   * Prints e2fsck's verdict and returns whether it is good. Also returns true if e2fsck is not
   * installed.
   */
  static boolean run(Output out, String image) throws IOException {
    String program = find();
    if (program == null) {
      out.line("   -       e2fsck is not installed, so it was not run");
      return true;
    }
    Process process = new ProcessBuilder(program, "-fn", image).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status;
    try {
      status = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while e2fsck was running", e);
    }
    DemoCommand.verdict(out, status == 0, "e2fsck -fn: exit status " + status);
    out.line();
    for (String line : said.strip().split("\n", -1)) {
      out.text("           ").name(line.replace(image, "sample.img")).line();
    }
    return status == 0;
  }

  /** Returns the name or the path of e2fsck, or null if e2fsck is not installed. */
  static @Nullable String find() {
    String path = System.getenv("PATH");
    if (path != null) {
      for (String folder : path.split(":", -1)) {
        if (new File(folder, "e2fsck").canExecute()) {
          return "e2fsck";
        }
      }
    }
    for (String folder : FOLDERS) {
      File candidate = new File(folder, "e2fsck");
      if (candidate.canExecute()) {
        return candidate.getPath();
      }
    }
    return null;
  }
}
