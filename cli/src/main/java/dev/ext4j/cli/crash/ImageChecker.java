package dev.ext4j.cli.crash;

import dev.ext4j.fs.FileSystemInfo;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An outside judge of an image in a file. */
public interface ImageChecker {
  /** Asks nobody. */
  ImageChecker NONE =
      new ImageChecker() {
        @Override
        public String name() {
          return "none";
        }

        @Override
        public boolean isAsked() {
          return false;
        }

        @Override
        public Verdict check(Path image, @Nullable FileSystemInfo info, Path scratch) {
          return new Verdict("", false, false);
        }
      };

  /**
   * What the judge says.
   *
   * @param fault what is wrong, empty for nothing
   * @param changed whether the image may have been changed
   * @param repaired whether it had to be repaired as by a check at boot: the files of a user are
   *     then those of the image as it is now
   */
  record Verdict(String fault, boolean changed, boolean repaired) {}

  /** What it is called in a report. */
  String name();

  /** Whether there is anybody to ask: else no image has to be made. */
  default boolean isAsked() {
    return true;
  }

  /**
   * Judges an image, and may change it.
   *
   * @param info what its superblock says; null if a torn write has made that unreadable
   * @param scratch a file for the output of programs
   */
  Verdict check(Path image, @Nullable FileSystemInfo info, Path scratch) throws IOException;
}
