package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import dev.ext4j.fs.fsck.table.Ints;

/**
 * Pass 3: checks that a chain of parents leads from every directory to the root, and that the entry
 * {@code ..} of each directory refers to its parent.
 */
public final class ConnectivityPass {
  private static final int CONNECTED = -1;

  private final FsckState state;
  private final Directories directories;
  private final ProblemLog log;
  private final Ints rounds; // for each directory the walk that last visited it, or CONNECTED

  /**
   * Creates the pass. {@link #hasRoot} needs the results of pass 1, and {@link #run} those of pass
   * 2 as well.
   *
   * @param directories the directories that pass 1 has found
   */
  public ConnectivityPass(FsckState state, Directories directories) {
    this.state = state;
    this.directories = directories;
    this.log = state.log();
    this.rounds = Ints.zeros(state.memory(), directories.count());
  }

  /** Checks all directories. The time is proportional to the number of directories. */
  public void run() {
    for (long i = 0; i < directories.count(); i++) {
      dots(i);
      walkUp(i, (int) i + 1);
    }
  }

  private void dots(long index) {
    long expected = isRoot(index) ? ReservedInodes.ROOT : directories.parent(index);
    long found = directories.parentByDots(index);
    if (expected != 0 && found != expected && found != 0) {
      log.add(
          Problem.of(ProblemCode.DOT_DOT_WRONG, directories.inode(index))
              .found(found)
              .expected(expected));
    }
  }

  /**
   * Follows the parents of a directory up to a directory that is known to be connected, to the
   * root, or to a directory without a parent. Stops at a directory that this walk has visited
   * before.
   */
  private void walkUp(long start, int round) {
    long at = start;
    while (rounds.get(at) != CONNECTED && rounds.get(at) != round) {
      rounds.set(at, round);
      if (isRoot(at)) {
        break;
      }
      long above = above(at);
      if (above < 0) {
        log.add(Problem.of(ProblemCode.DIRECTORY_UNCONNECTED, directories.inode(at)));
        break;
      }
      at = above;
      if (rounds.get(at) == round) {
        log.add(Problem.of(ProblemCode.DIRECTORY_LOOP, directories.inode(at)));
      }
    }
    settle(start, round);
  }

  /**
   * Marks the directories of a walk as connected, so that a problem is reported once and not again
   * for each directory below it.
   */
  private void settle(long start, int round) {
    long at = start;
    while (at >= 0 && rounds.get(at) == round) {
      rounds.set(at, CONNECTED);
      at = isRoot(at) ? -1 : above(at);
    }
  }

  private long above(long index) {
    long parent = directories.parent(index);
    return parent == 0 ? -1 : directories.indexOf(parent);
  }

  private boolean isRoot(long index) {
    return directories.inode(index) == ReservedInodes.ROOT;
  }

  /** Returns whether there is a root. Reports a problem if there is none. */
  public boolean hasRoot() {
    long note = state.notes().get(ReservedInodes.ROOT);
    if (!InodeNotes.has(note, InodeNotes.IN_USE)) {
      log.add(Problem.of(ProblemCode.ROOT_UNUSED, ReservedInodes.ROOT));
      return false;
    }
    if (directories.indexOf(ReservedInodes.ROOT) < 0) {
      log.add(Problem.of(ProblemCode.ROOT_NOT_DIRECTORY, ReservedInodes.ROOT));
      return false;
    }
    return true;
  }
}
