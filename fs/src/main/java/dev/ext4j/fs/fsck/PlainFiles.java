package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.InodeTable;
import dev.ext4j.fs.format.PlainFile;

/**
 * Takes the plain files out of a piece of an inode table, so that {@link InodeCheck} sees only what
 * has to be looked at twice. One for each thread.
 */
final class PlainFiles {
  private final FsckState state;
  private final InodeNotes.Cursor notes;
  private final PlainFile file;
  private final ReservedInodes reserved;
  private final int inodeSize;

  private long claimedFrom;
  private long claimedEnd;
  private long files;
  private long fragmented;
  private long runs;

  PlainFiles(FsckState state) {
    this.state = state;
    this.notes = state.notes().new Cursor();
    this.file = new PlainFile(state.image().geometry());
    this.reserved = new ReservedInodes(state.image(), state.log());
    this.inodeSize = state.image().geometry().inodeSize();
  }

  /**
   * Goes over plain files.
   *
   * @param from where the first inode begins
   * @param number of that inode
   * @return where the first inode begins that is none, or {@code end}
   */
  int skip(InodeTable table, int from, int end, long number) {
    int at = from;
    for (long inode = number; at < end; at += inodeSize, inode++) {
      if (!file.read(table, at, inode) || reserved.isHidden(inode)) {
        return at;
      }
      int count = file.extentCount();
      for (int i = 0; i < count; i++) {
        claim(file.physicalBlock(i), file.blockCount(i));
      }
      notes.put(inode, table.mode(at), table.linkCount(at), 0);
      files++;
      runs += count;
      if (count > 1) {
        fragmented++;
      }
    }
    return at;
  }

  /** Claims blocks; those of files that follow each other on disk, too, in one piece. */
  private void claim(long first, int count) {
    if (first == claimedEnd) {
      claimedEnd += count;
      return;
    }
    claimRun();
    claimedFrom = first;
    claimedEnd = first + count;
  }

  private void claimRun() {
    if (claimedEnd > claimedFrom) {
      state.claims().claim(claimedFrom, claimedEnd - claimedFrom);
    }
  }

  /** Hands on what was counted and not claimed yet. */
  void finish() {
    claimRun();
    state.statistics().addFiles(files, fragmented, runs);
  }
}
