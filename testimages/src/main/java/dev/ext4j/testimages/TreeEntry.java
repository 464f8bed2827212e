package dev.ext4j.testimages;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An entry of an extent tree as {@code debugfs dump_extents} shows it.
 *
 * @param level the number of levels above it: 0 in the inode
 * @param depth the number of levels below the inode; in a leaf entry {@code level == depth}
 * @param logicalBlock the first block in the file
 * @param blockCount the number of blocks covered; for an index entry debugfs infers it
 * @param physicalBlock the first block of the extent, or the block of the node below
 */
public record TreeEntry(
    int level,
    int depth,
    long logicalBlock,
    long blockCount,
    long physicalBlock,
    boolean unwritten) {
  private static final Pattern LINE =
      Pattern.compile(
          "(?m)^ *(\\d+)/ *(\\d+) +\\d+/ *\\d+ +(\\d+) - +(\\d+) +(\\d+)(?: - +\\d+)? +(\\d+)(?:"
              + " (Uninit))?[ \\t]*$");

  static List<TreeEntry> parse(String text) {
    return LINE.matcher(text).results().map(TreeEntry::of).toList();
  }

  private static TreeEntry of(MatchResult line) {
    return new TreeEntry(
        Integer.parseInt(line.group(1)),
        Integer.parseInt(line.group(2)),
        Long.parseLong(line.group(3)),
        Long.parseLong(line.group(6)),
        Long.parseLong(line.group(5)),
        line.group(7) != null);
  }

  /** Returns whether this entry maps blocks. Otherwise it points to a node of the next level. */
  public boolean isLeaf() {
    return level == depth;
  }
}
