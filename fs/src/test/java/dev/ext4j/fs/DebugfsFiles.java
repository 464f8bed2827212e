package dev.ext4j.fs;

import dev.ext4j.testimages.Debugfs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A writer of files into an image by {@code debugfs}, which needs no root privileges. Holes stay
 * holes.
 */
public final class DebugfsFiles {
  private final Judge judge;
  private final Path image;

  /** Makes a writer for an image file. */
  public DebugfsFiles(Judge judge, Path image) {
    this.judge = judge;
    this.image = image;
  }

  /** Makes an empty file. */
  public void empty(String name) throws IOException {
    pieces(name, 0, List.of());
  }

  /**
   * Makes a file of {@code byteSize} bytes. Its pieces {@code [start, end)} hold random bytes; the
   * rest is holes.
   */
  public void pieces(String name, long byteSize, List<long[]> pieces) throws IOException {
    Path source = judge.file("source");
    Files.deleteIfExists(source);
    Random random = new Random(name.hashCode());
    try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(byteSize);
      for (long[] piece : pieces) {
        byte[] bytes = new byte[Math.toIntExact(piece[1] - piece[0])];
        random.nextBytes(bytes);
        file.seek(piece[0]);
        file.write(bytes);
      }
    }
    Debugfs.writing(image).run("write " + Debugfs.quoted(source.toString()) + " " + name);
    Files.delete(source);
  }

  /** Makes a file of random bytes without a hole. */
  public void dense(String name, long byteSize) throws IOException {
    pieces(name, byteSize, List.of(new long[] {0, byteSize}));
  }

  /**
   * Makes a file with {@code count} blocks of random bytes and a hole of one block after each but
   * the last.
   */
  public void everySecondBlock(String name, int blockSize, int count) throws IOException {
    List<long[]> pieces = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      pieces.add(new long[] {2 * i * blockSize, (2 * i + 1) * blockSize});
    }
    pieces(name, (2L * count - 1) * blockSize, pieces);
  }
}
