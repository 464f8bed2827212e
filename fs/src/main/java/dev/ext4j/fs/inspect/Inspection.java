package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Inspection data of an image: its structures, its journal, and the locks that threads hold. */
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
   * Returns the structures in a block. The owner of the block decides which structures they are,
   * and is found as in {@link #visitJournal}: if the block does not belong to a group, the inodes
   * are read until the owner is found. A damaged structure is returned as its bytes say, with its
   * problems. If the file system is open for writing, content is returned as it is on the disk, and
   * another thread may change a block while it is read.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with EINVAL if there is no such block
   */
  StructureDump dumpBlock(long block) throws IOException;

  /**
   * Returns the fields of an inode, its mapping in the inode, and the extended attributes in the
   * inode. The inode may be in use or not, and it may be damaged.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT if the inode number is 0 or
   *     larger than the last inode
   * @throws dev.ext4j.fs.error.CorruptionException if the inode table is outside the file system
   */
  StructureDump dumpInode(long inodeNumber) throws IOException;

  /** Returns the fields of the superblock that the file system was opened with. */
  StructureDump dumpSuperblock();

  /**
   * Returns the fields of a group descriptor.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with EINVAL if there is no such group
   */
  StructureDump dumpGroup(long group) throws IOException;

  /**
   * Returns the hash tree of a directory. Damaged blocks are returned as their bytes say, with
   * their problems.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT if there is no such inode or it
   *     is not in use, with ENOTDIR if it is not a directory, with ENODATA if the directory has no
   *     hash tree
   * @throws dev.ext4j.fs.error.CorruptionException if the inode is damaged
   */
  HashTreeDump dumpHashTree(long inodeNumber) throws IOException;

  /** Returns the details of the superblock. */
  SuperblockDetails superblock();

  /**
   * Passes all block groups to a visitor, as their descriptors describe them. The checksums of the
   * descriptors need not match.
   */
  void groups(GroupInfo.Visitor visitor) throws IOException;

  /**
   * Returns a line for each thread that holds or awaits locks of this file system, with the names
   * of the locks. It helps to find out why threads do not proceed. This method waits for no lock.
   * The threads continue to run, so the lines may contradict each other.
   */
  List<String> heldLocks();
}
