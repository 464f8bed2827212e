package dev.ext4j.cli.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The image that comes with the program. */
public final class SampleImage {
  private static final String RESOURCE = "sample/image.gz";

  private SampleImage() {}

  /** Makes a new file of it. */
  public static void unpack(Path image) throws IOException {
    try (InputStream packed = SampleImage.class.getResourceAsStream(RESOURCE)) {
      if (packed == null) {
        throw new FileNotFoundException("this build of ext4j has no sample image");
      }
      try (InputStream in = new GZIPInputStream(packed)) {
        Files.copy(in, image);
      }
    }
  }
}
