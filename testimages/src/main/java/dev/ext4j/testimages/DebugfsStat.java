package dev.ext4j.testimages;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An inode as {@code debugfs stat} shows it.
 *
 * @param type the word of debugfs: {@code regular}, {@code directory}, {@code symlink} ...
 * @param mode the permission bits
 * @param flags {@code i_flags}
 * @param byteSize {@code i_size}
 * @param fileAcl the attribute block, 0 for none
 * @param links {@code i_links_count}
 * @param sectors {@code i_blocks} in units of 512 bytes
 * @param text the complete output of debugfs
 */
public record DebugfsStat(
    long inode,
    String type,
    int mode,
    long flags,
    long generation,
    long uid,
    long gid,
    long byteSize,
    long fileAcl,
    int links,
    long sectors,
    String text) {
  private static final int EPOCH_BITS = 2;

  static DebugfsStat parse(String text) throws ToolException {
    return new DebugfsStat(
        Long.parseLong(field(text, "Inode: (\\d+)")),
        field(text, "Type: (\\S+)"),
        Integer.parseInt(field(text, "Mode: +(\\d+)"), 8),
        Long.decode(field(text, "Flags: (0x\\w+)")),
        Long.parseLong(field(text, "Generation: (\\d+)")),
        Long.parseLong(field(text, "User: +(\\d+)")),
        Long.parseLong(field(text, "Group: +(\\d+)")),
        Long.parseLong(field(text, "Size: (\\d+)\n")),
        Long.parseLong(field(text, "File ACL: (\\d+)")),
        Integer.parseInt(field(text, "Links: (\\d+)")),
        Long.parseLong(field(text, "Blockcount: (\\d+)")),
        text);
  }

  /**
   * Returns a time by its name: {@code mtime}, {@code ctime}, {@code atime}, {@code crtime} or
   * {@code dtime}. Returns empty if it is not shown.
   */
  public Optional<Instant> time(String name) {
    Matcher m =
        Pattern.compile("(?m)^ *" + name + ": 0x([0-9a-f]{8})(?::([0-9a-f]{8}))? --").matcher(text);
    if (!m.find()) {
      return Optional.empty();
    }
    int seconds = Integer.parseUnsignedInt(m.group(1), 16);
    long extra = m.group(2) == null ? 0 : Long.parseLong(m.group(2), 16);
    long epoch = extra & ((1 << EPOCH_BITS) - 1);
    return Optional.of(Instant.ofEpochSecond(seconds + (epoch << 32), extra >>> EPOCH_BITS));
  }

  private static String field(String text, String regex) throws ToolException {
    Matcher m = Pattern.compile(regex).matcher(text);
    if (!m.find()) {
      throw new ToolException("no " + regex + " in what debugfs printed: " + text);
    }
    return m.group(1);
  }
}
