package dev.ext4j.fs;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sample image in memory, for tests that need any file system and no external tool. */
public final class SampleDisk {
  private SampleDisk() {}

  /** Returns a new copy of the sample image. */
  public static MemoryBlockDevice make() {
    try {
      Path file = Files.createTempFile("sample", ".img");
      Files.delete(file);
      try {
        return Judge.load(GoldenImage.SAMPLE.unpackTo(file));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
