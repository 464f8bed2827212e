package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void close_filesAndFolders_areAllGone() throws IOException {
    Path folder;
    try (Scratch scratch = Scratch.open()) {
      folder = scratch.folder();
      Files.createDirectories(scratch.file("a/b"));
      Files.writeString(scratch.file("a/b/c"), "c");
      scratch.close(); // closing twice does no harm
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void copySparse_hugeHole_staysAHole() throws IOException {
    long size = 64L << 30;
    try (Scratch scratch = Scratch.open()) {
      Path source = scratch.file("source");
      try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
        file.setLength(size);
        file.seek(size / 2);
        file.write(42);
      }
      Path copy = Scratch.copySparse(source, scratch.file("copy"));
      assertThat(Files.size(copy)).isEqualTo(size);
      assertThat(KernelStat.of(copy).sectors()).isLessThan(1000);
      try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
        file.seek(size / 2);
        assertThat(file.read()).isEqualTo(42);
      }
    }
  }
}
