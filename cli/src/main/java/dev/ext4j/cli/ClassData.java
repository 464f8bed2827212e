package dev.ext4j.cli;

import java.io.File;
import java.io.IOException;

/**
 * The class-data archive that the launcher gave to this JVM. A JVM says nothing when it refuses an
 * archive, for example because a jar has another time since, and then starts slowly every time. So
 * the program looks, and has another archive made in the user's cache.
 */
final class ClassData {
  private static final String HOME = System.getProperty("ext4j.home");
  private static final String JAVA = System.getProperty("ext4j.java");
  private static final String ARCHIVE = System.getProperty("ext4j.archive");

  private ClassData() {}

  /**
   * Starts the program that makes an archive, in the background, if the launcher gave an archive to
   * this JVM and the JVM refused it. Failures are ignored: the program works without an archive.
   */
  static void renewIfRefused() {
    if (HOME == null || JAVA == null || ARCHIVE == null || isShared()) {
      return;
    }
    try {
      new ProcessBuilder(HOME + "/lib/make-archive", JAVA, ARCHIVE)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // the next run tries again
    }
  }

  /** Returns whether the JVM uses an archive. It has none at all after it has refused one. */
  private static boolean isShared() {
    return System.getProperty("java.vm.info", "").contains("sharing");
  }
}
