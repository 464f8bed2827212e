package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * An inode as the kernel's stat shows it.
 *
 * @param mode the type and permission bits
 * @param sectors {@code st_blocks}, in units of 512 bytes
 */
public record KernelStat(
    long inode,
    int mode,
    int links,
    long uid,
    long gid,
    long byteSize,
    long sectors,
    Instant modified,
    Instant changed) {
  private static final String FORMAT = "%i %f %h %u %g %s %b %.9Y %.9Z";

  /** Returns the inode of a path on a mount. A symbolic link is not followed. */
  public static KernelStat of(Path path) throws IOException {
    String[] words =
        ExternalTool.named("stat")
            .run("--format", FORMAT, path.toString())
            .orFail()
            .stdout()
            .strip()
            .split(" ", -1);
    return new KernelStat(
        Long.parseLong(words[0]),
        Integer.parseInt(words[1], 16),
        Integer.parseInt(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]),
        time(words[7]),
        time(words[8]));
  }

  /**
   * Parses a time. Seconds and fraction share one sign, which is lost if the whole part is parsed
   * as 0.
   */
  private static Instant time(String text) {
    int point = text.indexOf('.');
    long seconds = Long.parseLong(text.substring(0, point));
    long nanos = Long.parseLong(text.substring(point + 1));
    return Instant.ofEpochSecond(seconds, text.startsWith("-") ? -nanos : nanos);
  }
}
