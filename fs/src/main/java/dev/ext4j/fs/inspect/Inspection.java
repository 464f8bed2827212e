package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Inspection data of an image: its journal, and the locks that threads hold. */
public interface Inspection {
  /**
   * Returns the location of the journal, the contents of its superblock, and the result of a
   * replay.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if the journal exists but is damaged
   */
  JournalInfo journal() throws IOException;

  /**
   * Passes the contents of the journal to a visitor. Passes nothing if there is no journal.
   *
   * @param inodeNumber the inode whose blocks and records are passed; empty to pass everything. The
   *     blocks of an inode are the block of the inode table that stores it, its tree nodes, its
   *     attribute block, and its directory blocks or blocks of journalled content. The records of
   *     an inode are the records of fast commits that refer to it. The state after the replay
   *     decides which inode a block belongs to.
   * @throws dev.ext4j.fs.error.CorruptionException if the journal exists but is damaged
   * @throws dev.ext4j.fs.error.NeedsRecoveryException if the journal is on another device, which
   *     was not named when the file system was opened
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT if the inode number is 0 or
   *     larger than the last inode
   */
  void visitJournal(OptionalLong inodeNumber, JournalVisitor visitor) throws IOException;

  /**
   * Returns a line for each thread that holds or awaits locks of this file system, with the names
   * of the locks. It helps to find out why threads do not proceed. This method waits for no lock.
   * The threads continue to run, so the lines may contradict each other.
   */
  List<String> heldLocks();
}
