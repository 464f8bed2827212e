package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.fastcommit.LoggedInodes.Logged;
import dev.ext4j.fs.fastcommit.LoggedNames.Entry;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The number of names of each inode after the replay, computed from the entries that changed. The
 * link count in the record of an inode cannot be used, because it may have changed after that
 * record was written. A directory that existed before has no record at all.
 */
final class LinkCounts {
  /**
   * The largest link count (EXT4_LINK_MAX). A directory that would need a larger one has the link
   * count 1.
   */
  private static final int MOST = 65_000;

  private final Set<Long> renewed;
  private final Map<Long, Tally> tallies = new HashMap<>();

  private static final class Tally {
    private int namesLost;
    private int namesGained;
    private int subdirectoriesLost;
    private int subdirectoriesGained;
  }

  /**
   * A function that returns the type of the file to which an inode number belongs after the replay.
   */
  @FunctionalInterface
  interface Types {
    FileType typeOf(long inodeNumber) throws IOException;
  }

  /**
   * Counts the names that each inode loses and gains.
   *
   * @param renewed the inode numbers that belong to a different file than before the replay, or
   *     that were not in use before
   */
  LinkCounts(LoggedNames names, LoggedInodes logged, Set<Long> renewed, Types types)
      throws IOException {
    this.renewed = renewed;
    for (Entry entry : names.all()) {
      boolean same = entry.isSame() && !renewed.contains(entry.after());
      if (same && !renewed.contains(entry.directory())) {
        continue;
      }
      if (entry.before() != 0) {
        boolean directory = logged.get(entry.before()).typeBefore() == FileType.DIRECTORY;
        of(entry.before()).namesLost++;
        of(entry.directory()).subdirectoriesLost += directory ? 1 : 0;
      }
      if (entry.after() != 0) {
        boolean directory = types.typeOf(entry.after()) == FileType.DIRECTORY;
        of(entry.after()).namesGained++;
        of(entry.directory()).subdirectoriesGained += directory ? 1 : 0;
      }
    }
  }

  private Tally of(long number) {
    return tallies.computeIfAbsent(number, n -> new Tally());
  }

  /**
   * Returns the number of entries that refer to an inode after the replay. For a directory, its own
   * entry {@code .} and the entries {@code ..} of its subdirectories are not counted.
   */
  int nameCount(Logged inode) {
    Tally tally = of(inode.number());
    if (renewed.contains(inode.number())) {
      return tally.namesGained;
    }
    return Math.max(0, inode.nameCountBefore() - tally.namesLost + tally.namesGained);
  }

  /**
   * Returns whether the log replaces the file of an inode number by another file, but does not
   * remove all names of the old file.
   */
  boolean oldNamesLeft(Logged inode) {
    return renewed.contains(inode.number())
        && of(inode.number()).namesLost < inode.nameCountBefore();
  }

  /** Returns the value of {@code i_links_count} for an inode that has a name. */
  int linkCount(Logged inode, FileType type) {
    if (type != FileType.DIRECTORY) {
      return Math.min(MOST, nameCount(inode));
    }
    Tally tally = of(inode.number());
    boolean isNew = renewed.contains(inode.number());
    int before = isNew ? 2 : inode.linkCountBefore();
    int count = before - (isNew ? 0 : tally.subdirectoriesLost) + tally.subdirectoriesGained;
    return before == 1 || count > MOST ? 1 : Math.max(2, count);
  }
}
