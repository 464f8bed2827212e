package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/**
 * A folder for the images of one test, deleted with all it holds at {@link #close}, or at the JVM's
 * end if the test was killed. It lies in memory where it can: the folder named by the system
 * property {@code ext4j.scratch}, else {@code /dev/shm}, else the JVM's temporary folder.
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

  /** A new, empty folder. */
  @MustBeClosed
  public static Scratch open() throws IOException {
    return new Scratch(Files.createTempDirectory(root(), "ext4j-test-"));
  }

  /** Where scratch folders are made. */
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

  /** The folder itself. */
  public Path folder() {
    return folder;
  }

  /** A file in the folder, which need not exist. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Makes a file that is one hole, over whatever was there. */
  public static Path createSparse(Path file, long byteCount) throws IOException {
    Files.deleteIfExists(file);
    try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(byteCount);
    }
    return file;
  }

  /** Copies a file with its holes. */
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
