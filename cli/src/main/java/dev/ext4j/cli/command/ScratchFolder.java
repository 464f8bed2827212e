package dev.ext4j.cli.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for temporary files, in $TMPDIR or in the JVM's default folder. It is removed when it is
 * closed, or when the program is interrupted.
 */
final class ScratchFolder implements Closeable {
  private final Path path;
  private final Thread hook = new Thread(this::removeQuietly, "scratch");

  private ScratchFolder(Path path) {
    this.path = path;
  }

  static ScratchFolder create() throws IOException {
    String wanted = System.getenv("TMPDIR");
    String prefix = "ext4j-sweep-";
    ScratchFolder folder =
        new ScratchFolder(
            wanted == null || wanted.isEmpty()
                ? Files.createTempDirectory(prefix)
                : Files.createTempDirectory(Path.of(wanted), prefix));
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  Path path() {
    return path;
  }

  private void remove() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(path);
  }

  private void removeQuietly() {
    try {
      remove();
    } catch (IOException e) {
      // The program ends, so there is no way to report this.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the hook is already running
    }
    remove();
  }
}
