package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.ProblemLog;

/** Pass 4: compares the link count of each inode with the number of names that were found. */
public final class LinkPass {
  private static final int MOST_LINKS = 65_000; // EXT4_LINK_MAX
  private static final int DIRECTORY = 4;

  private final FsckState state;
  private final ProblemLog log;
  private final boolean manyLinks;

  /** Creates the pass. {@link #run} needs the results of passes 1 and 2. */
  public LinkPass(FsckState state) {
    this.state = state;
    this.log = state.log();
    this.manyLinks = state.image().geometry().features().has(RoCompatFeature.DIR_NLINK);
  }

  /**
   * Compares the link counts, and reports those that are wrong. Also reports wrong reference counts
   * of inodes that hold values of extended attributes. Passes 1 and 2 must be complete, because
   * they record the link counts, and count the names of inodes and the users of values.
   */
  public void run() {
    InodeNotes notes = state.notes();
    long end = state.image().geometry().inodeCount() + 1;
    for (long inode = notes.nextToCompare(1, end);
        inode > 0;
        inode = notes.nextToCompare(inode + 1, end)) {
      long note = notes.get(inode);
      if (!InodeNotes.has(note, InodeNotes.IN_USE)) {
        continue;
      }
      if (!InodeNotes.has(note, InodeNotes.HIDDEN)) {
        check(inode, note);
      } else if (state.isOrphan(inode)) {
        checkOrphan(inode, note);
      }
    }
    state.xattrs().reportValues(log);
  }

  /**
   * Checks an inode that the next mount deletes. No directory entry may refer to it, except the
   * entry {@code .} of a directory itself.
   */
  private void checkOrphan(long inode, long note) {
    int own = InodeNotes.type(note) == DIRECTORY ? 1 : 0;
    if (InodeNotes.links(note) == 0 && InodeNotes.names(note) > own) {
      log.add(Problem.of(ProblemCode.ENTRY_UNUSED_INODE, inode));
    }
  }

  private void check(long inode, long note) {
    long names = InodeNotes.names(note);
    int links = InodeNotes.links(note);
    boolean directory = InodeNotes.type(note) == DIRECTORY;
    if (InodeNotes.has(note, InodeNotes.EA_VALUE) && state.xattrs().valueUsers(inode) > 0) {
      names++;
    }
    if (names == 0) {
      log.add(Problem.of(ProblemCode.INODE_UNATTACHED, inode));
      return;
    }
    if (directory && names > MOST_LINKS) {
      if (!manyLinks) {
        log.add(Problem.of(ProblemCode.LINK_FEATURE, inode).found(names));
      }
      names = 1; // a count of 1 means that there are too many
    }
    if (directory && links == 1 && names > 1 && InodeNotes.has(note, InodeNotes.INDEXED)) {
      return; // the kernel keeps a count of 1 when links become fewer
    }
    if (names != links) {
      log.add(Problem.of(ProblemCode.LINK_COUNT, inode).found(links).expected(names));
    }
  }
}
