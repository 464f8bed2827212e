package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/**
 * A folder for the images of one test. It is deleted with all its files at {@link #close}, or at
 * the end of the JVM if the test was stopped. It is in memory if possible: in the folder named by
 * the system property {@code ext4j.scratch}, else in {@code /dev/shm}, else in the JVM's temporary
 * folder.
 */
public final class Scratch implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ROOM = 512L << 20;

  private final Path folder;
  private final Leftovers.Entry leftover;

  private Scratch(Path folder) {
    this.folder = folder;
    this.leftover = Leftovers.add(() -> FileUtils.deleteDirectory(folder.toFile()));
  }

  /** Creates a new, empty folder. */
  @MustBeClosed
  public static Scratch open() throws IOException {
    return new Scratch(Files.createTempDirectory(root(), "ext4j-test-"));
  }

  /** Returns the folder in which scratch folders are created. */
  public static Path root() throws IOException {
    String wanted = System.getProperty("ext4j.scratch", "");
    if (!wanted.isEmpty()) {
      return Files.createDirectories(Path.of(wanted));
    }
    if (Files.isDirectory(MEMORY)
        && Files.isWritable(MEMORY)
        && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM) {
      return MEMORY;
    }
    return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }

  /** Returns the folder itself. */
  public Path folder() {
    return folder;
  }

  /** Returns a file in the folder, which need not exist. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Creates a file that is a single hole, and replaces an existing file. */
  public static Path createSparse(Path file, long byteCount) throws IOException {
    Files.deleteIfExists(file);
    try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(byteCount);
    }
    return file;
  }

  /** Copies a file and keeps its holes. */
  public static Path copySparse(Path source, Path target) throws IOException {
    ExternalTool.named("cp")
        .run("--sparse=always", "--reflink=auto", "--", source.toString(), target.toString())
        .orFail();
    return target;
  }

  @Override
  public void close() throws IOException {
    leftover.cleanUp();
  }
}
