package dev.ext4j.cli.crash;

import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An external judge of an image in a file. */
public interface ImageChecker {
  /** The checker that checks nothing. */
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
   * The verdict of the judge.
   *
   * @param fault the fault, empty if there is none
   * @param changed whether the judge may have changed the image
   * @param repaired whether the judge had to repair the image, as a check at boot does; if so, the
   *     files of the repaired image are compared
   */
  record Verdict(String fault, boolean changed, boolean repaired) {}

  /** Returns the name of the checker for reports. */
  String name();

  /** Returns whether the checker checks anything. If not, no image needs to be written. */
  default boolean isAsked() {
    return true;
  }

  /**
   * Judges an image, and may change it.
   *
   * @param info the information from the superblock of the image; null if a torn write has made the
   *     superblock unreadable
   * @param scratch a file for the output of programs
   */
  Verdict check(Path image, @Nullable FileSystemInfo info, Path scratch) throws IOException;
}
