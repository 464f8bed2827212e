package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.InodeTable;
import dev.ext4j.fs.format.PlainFile;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.ReservedInodes;

/**
 * A fast check of the plain files ({@link PlainFile}) in a piece of an inode table. {@link
 * InodeCheck} then checks only the other inodes. Each thread needs its own instance.
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
   * Claims the blocks of plain files, counts the files, and skips them.
   *
   * @param from the byte offset of the first inode
   * @param number the number of that inode
   * @return the byte offset of the first inode that is not a plain file, or {@code end}
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

  /**
   * Claims blocks. Runs of blocks that follow each other on disk are claimed together, even across
   * files.
   */
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

  /** Claims the remaining blocks and adds the counts to the statistics. */
  void finish() {
    claimRun();
    state.statistics().addFiles(files, fragmented, runs);
  }
}
