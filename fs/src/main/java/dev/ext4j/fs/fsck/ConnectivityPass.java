package dev.ext4j.fs.fsck;

/** Pass 3: every directory hangs on the root by one chain of parents, and its {@code ..} agrees. */
final class ConnectivityPass {
  private static final int CONNECTED = -1;

  private final FsckState state;
  private final Directories directories;
  private final ProblemLog log;

  ConnectivityPass(FsckState state, Directories directories) {
    this.state = state;
    this.directories = directories;
    this.log = state.log();
  }

  /** Looks at all directories, in time that grows with their number only. */
  void run() {
    int count = directories.count();
    int[] rounds = new int[count]; // the walk that came by, or CONNECTED
    for (int i = 0; i < count; i++) {
      Directory directory = directories.at(i);
      dots(directory);
      walkUp(i, i + 1, rounds);
    }
  }

  private void dots(Directory directory) {
    long expected = isRoot(directory) ? ReservedInodes.ROOT : directory.parent();
    if (expected != 0 && directory.parentByDots() != expected && directory.parentByDots() != 0) {
      log.add(
          Problem.of(ProblemCode.DOT_DOT_WRONG, directory.inode())
              .found(directory.parentByDots())
              .expected(expected));
    }
  }

  /** Goes up until a directory is known to be connected, is the root, or has no way on. */
  private void walkUp(int start, int round, int[] rounds) {
    int at = start;
    while (rounds[at] != CONNECTED && rounds[at] != round) {
      rounds[at] = round;
      Directory directory = directories.at(at);
      if (isRoot(directory)) {
        break;
      }
      int above = index(directory.parent());
      if (above < 0) {
        log.add(Problem.of(ProblemCode.DIRECTORY_UNCONNECTED, directory.inode()));
        break;
      }
      at = above;
      if (rounds[at] == round) {
        log.add(Problem.of(ProblemCode.DIRECTORY_LOOP, directories.at(at).inode()));
      }
    }
    settle(start, round, rounds);
  }

  /** What was said of a chain is not said of each directory that hangs on it. */
  private void settle(int start, int round, int[] rounds) {
    int at = start;
    while (at >= 0 && rounds[at] == round) {
      rounds[at] = CONNECTED;
      at = isRoot(directories.at(at)) ? -1 : index(directories.at(at).parent());
    }
  }

  private int index(long inode) {
    return inode == 0 ? -1 : directories.indexOf(inode);
  }

  private static boolean isRoot(Directory directory) {
    return directory.inode() == ReservedInodes.ROOT;
  }

  /** Whether there is a root to begin with. */
  boolean hasRoot() {
    long note = state.notes().get(ReservedInodes.ROOT);
    if (!InodeNotes.has(note, InodeNotes.IN_USE)) {
      log.add(Problem.of(ProblemCode.ROOT_UNUSED, ReservedInodes.ROOT));
      return false;
    }
    if (directories.get(ReservedInodes.ROOT) == null) {
      log.add(Problem.of(ProblemCode.ROOT_NOT_DIRECTORY, ReservedInodes.ROOT));
      return false;
    }
    return true;
  }
}
