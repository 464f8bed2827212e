package dev.ext4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The version of this build. */
final class Version {
  private Version() {}

  static String text() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      return in == null
          ? "(unknown version)"
          : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
