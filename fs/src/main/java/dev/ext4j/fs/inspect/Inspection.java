package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** What can be seen of an image beside its files. */
public interface Inspection {
  /**
   * Returns the location of the journal, the contents of its superblock, and what a replay would
   * do.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if the journal exists but is damaged
   */
  JournalInfo journal() throws IOException;

  /**
   * Shows what is in the journal; shows nothing if there is no journal.
   *
   * @param inodeNumber only the blocks and records that concern this inode are shown, or all if
   *     empty. The blocks are its block of the inode table, its tree nodes, its attribute block,
   *     and its directory blocks or journalled content. The records are those of fast commits that
   *     name it. The state after the replay decides which inode a block belongs to.
   * @throws dev.ext4j.fs.error.CorruptionException if the journal exists but is damaged
   * @throws dev.ext4j.fs.error.NeedsRecoveryException if the journal is on another device, which
   *     was not given
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT if the inode number is 0 or
   *     larger than the last inode
   */
  void visitJournal(OptionalLong inodeNumber, JournalVisitor visitor) throws IOException;

  /**
   * Returns a line for each thread that holds or awaits locks of this file system, with the names
   * of the locks: the first thing to look at if threads do not proceed. It waits for no lock. The
   * threads go on meanwhile, so the lines may not fit together.
   */
  List<String> heldLocks();
}
