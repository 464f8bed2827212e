package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.demo.FoundingRace;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;

/**
 * The race that this engine is built around, to look at: with and without what makes it harmless.
 */
public final class RaceDemo {
  private RaceDemo() {}

  /**
   * Plays it on a copy of an image, which it changes. No other file system of the process may be in
   * use meanwhile.
   *
   * @param file path of a file of at least 141 written blocks
   * @param noBulkCaching whether writing back notes no more than what it asked for
   * @param finalHole whether the punch tells the status tree in the end that there is a hole
   */
  public static RaceReport play(
      BlockDevice copy, String file, boolean noBulkCaching, boolean finalHole) throws IOException {
    EnumSet<Safeguard> leftOut = EnumSet.noneOf(Safeguard.class);
    if (!noBulkCaching) {
      leftOut.add(Safeguard.NO_BULK_CACHING);
    }
    if (!finalHole) {
      leftOut.add(Safeguard.FINAL_STATUS);
    }
    return new FoundingRace(leftOut).play(copy, file.getBytes(StandardCharsets.UTF_8));
  }
}
