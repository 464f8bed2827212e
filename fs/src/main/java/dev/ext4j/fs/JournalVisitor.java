package dev.ext4j.fs;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Receives what is in a journal: each complete transaction with its logged blocks and then its
 * revoke records, the end of the log, the records of fast commits, and their end. Sequence numbers
 * are unsigned 32 bits; log blocks are blocks of the journal.
 */
public interface JournalVisitor {
  /**
   * A complete transaction. What follows belongs to it.
   *
   * @param sequence its number
   * @param commitTime when it was committed
   * @param firstLogBlock where it begins
   * @param lastLogBlock its commit block; before the first one if the ring goes round
   * @param blockCount blocks of the file system that it logs
   * @param revokeCount blocks that it revokes
   */
  record Transaction(
      long sequence,
      Instant commitTime,
      long firstLogBlock,
      long lastLogBlock,
      int blockCount,
      int revokeCount) {}

  /** What a replay makes of a logged block. */
  enum Fate {
    /** It goes to its place. */
    REPLAYED,
    /** A later copy goes there. */
    SUPERSEDED,
    /** The same transaction or a later one revokes it. */
    REVOKED,
    /** Its checksum does not match. */
    DAMAGED,
    /** It has no place in this file system. */
    OUTSIDE
  }

  /**
   * A block in the log.
   *
   * @param logBlock where its content is
   * @param block where it belongs on the file system
   * @param owner what that block is, in the state after the replay
   * @param escaped whether its first bytes were the log's magic number, which the log hides
   * @param fate what a replay makes of it
   * @param inode the inode asked for as this copy has it, if it is in there
   */
  record LoggedBlock(
      long logBlock,
      long block,
      BlockOwner owner,
      boolean escaped,
      Fate fate,
      Optional<InodeState> inode) {}

  /**
   * An inode as the journal has it.
   *
   * @param inodeNumber its number
   * @param mode the whole of {@code i_mode}, 0 for an inode that is not in use
   * @param size in bytes
   * @param sectors space taken in units of 512 bytes
   * @param linkCount number of names
   * @param modificationTime mtime
   * @param deletionTime in seconds since 1970, or the next orphan; 0 for neither
   */
  record InodeState(
      long inodeNumber,
      int mode,
      long size,
      long sectors,
      long linkCount,
      Instant modificationTime,
      long deletionTime) {}

  /** What a fast commit changes. */
  enum ChangeKind {
    ADD_RANGE,
    DELETE_RANGE,
    CREATE,
    LINK,
    UNLINK,
    INODE
  }

  /**
   * A record of a fast commit.
   *
   * @param commit which fast commit of its transaction, from 1
   * @param logBlock where it is
   * @param kind what it changes
   * @param inodeNumber whose
   * @param parentInodeNumber the directory of a name, else 0
   * @param name the name as raw bytes, empty for none; a copy
   * @param logicalBlock where a range begins in the file
   * @param physicalBlock where an added range begins on the file system, else 0
   * @param blockCount length of the range, else 0
   * @param unwritten whether an added range reads as zeros
   * @param inode the inode, of the kind INODE only
   */
  record Change(
      int commit,
      long logBlock,
      ChangeKind kind,
      long inodeNumber,
      long parentInodeNumber,
      java.nio.ByteBuffer name,
      long logicalBlock,
      long physicalBlock,
      long blockCount,
      boolean unwritten,
      Optional<InodeState> inode) {}

  /** Why no more of the log counts. */
  enum EndReason {
    /** The log says that it is empty, or there is no room for fast commits. */
    EMPTY,
    /** What follows is no block of the log, or no record. */
    NOTHING_FOLLOWS,
    /** What follows is older: left over from before. */
    STALE,
    /** The transaction that follows has no commit block. */
    NOT_COMMITTED,
    /** A checksum in what follows does not match, or it holds what cannot be. */
    BAD_CHECKSUM,
    /** It is full. */
    FULL
  }

  /**
   * Where the log ends.
   *
   * @param reason why
   * @param sequence number of the transaction that does not count
   * @param logBlock where that was seen, 0 for an empty log
   * @param damaged whether something that was complete once is lost
   */
  record End(EndReason reason, long sequence, long logBlock, boolean damaged) {}

  /** A transaction begins; of one inode, only those that concern it. */
  void transaction(Transaction transaction) throws IOException;

  /** A block of the transaction announced last. */
  void block(LoggedBlock block) throws IOException;

  /** The transaction announced last voids older copies of a block. */
  void revoke(long logBlock, long block) throws IOException;

  /** No more transactions. */
  void end(End end) throws IOException;

  /** A record of a fast commit. */
  void change(Change change) throws IOException;

  /** No more fast commits. */
  void fastCommitEnd(End end) throws IOException;
}
