package dev.ext4j.fs.demo;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;

/**
 * A demonstration of the race R1 of docs/PROTOCOL.md, with and without the safeguards that prevent
 * its harm.
 */
public final class RaceDemo {
  private RaceDemo() {}

  /**
   * Plays the race on a copy of an image. The race changes this copy.
   *
   * @param file the path of a regular file of at least 141 blocks, all of them written
   * @param noBulkCaching whether the safeguard {@code NO_BULK_CACHING} is active: writeback enters
   *     only the mapping of its own blocks into the status tree
   * @param finalHole whether the safeguard {@code FINAL_STATUS} is active: at its end, the punch
   *     enters the hole into the status tree
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
