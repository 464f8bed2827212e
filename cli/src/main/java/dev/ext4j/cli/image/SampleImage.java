package dev.ext4j.cli.image;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The sample image that comes with the program. */
public final class SampleImage {
  private static final String RESOURCE = "sample/image.gz";

  private SampleImage() {}

  /** Writes the image to a new file. */
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
