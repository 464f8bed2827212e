package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A receiver for the contents of a journal. For each complete transaction it receives the
 * transaction, then the logged blocks, then the revoke records. After the last transaction it
 * receives the end of the log, the records of fast commits, and the end of the fast commits.
 * Sequence numbers are unsigned 32-bit numbers. Log blocks are numbered from the start of the
 * journal.
 */
public interface JournalVisitor {
  /**
   * A complete transaction. The blocks and revoke records that are passed after it belong to it.
   *
   * @param sequence the number of the transaction
   * @param commitTime the time of the commit
   * @param firstLogBlock the first block of the transaction in the log
   * @param lastLogBlock the commit block; less than {@code firstLogBlock} if the transaction
   *     continues from the end of the log at its start
   * @param blockCount the number of logged blocks
   * @param revokeCount the number of revoked blocks
   */
  record Transaction(
      long sequence,
      Instant commitTime,
      long firstLogBlock,
      long lastLogBlock,
      int blockCount,
      int revokeCount) {}

  /** The ways in which a replay treats a logged block. */
  enum Fate {
    /** The replay writes it to its home block. */
    REPLAYED,
    /** The replay writes a later copy to the home block instead. */
    SUPERSEDED,
    /** The same transaction or a later one revokes it. */
    REVOKED,
    /** Its checksum does not match. */
    DAMAGED,
    /** Its home block is outside the file system. */
    OUTSIDE
  }

  /**
   * A logged block.
   *
   * @param logBlock the block of the log that holds the content
   * @param block the home block
   * @param owner the structure that the home block belongs to, in the state after the replay
   * @param escaped whether the content begins with the magic number of log blocks, which is
   *     replaced by zeros in the log
   * @param fate the way in which a replay treats the block
   * @param inode the state of the requested inode in this copy; empty unless one inode was
   *     requested and the block is the block of the inode table that stores it
   */
  record LoggedBlock(
      long logBlock,
      long block,
      BlockOwner owner,
      boolean escaped,
      Fate fate,
      Optional<InodeState> inode) {}

  /**
   * The state of an inode in a copy that is in the journal.
   *
   * @param inodeNumber the inode
   * @param mode the whole of {@code i_mode}, or 0 if the inode is not in use
   * @param size the size of the file in bytes
   * @param sectors the allocated space in units of 512 bytes
   * @param linkCount number of names
   * @param modificationTime mtime
   * @param deletionTime the time of the deletion in seconds since 1970, or the number of the next
   *     inode on the orphan list, or 0 if neither applies
   */
  record InodeState(
      long inodeNumber,
      int mode,
      long size,
      long sectors,
      long linkCount,
      Instant modificationTime,
      long deletionTime) {}

  /** The kinds of change that a record of a fast commit can make. */
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
   * @param commit the number of the fast commit, counted from 1 after the last transaction
   * @param logBlock the block of the log that holds the record
   * @param kind the kind of change
   * @param inodeNumber the inode that the record changes or refers to
   * @param parentInodeNumber the directory that holds the name, or 0 if the record has no name
   * @param name a copy of the raw bytes of the name; empty if the record has no name
   * @param logicalBlock the first logical block of the range, or 0 if the record has no range
   * @param physicalBlock the first physical block if the record adds a range, else 0
   * @param blockCount the length of the range in blocks, or 0 if the record has no range
   * @param unwritten whether an added range is unwritten, so that it reads as zeros
   * @param inode the state of the inode; empty unless the kind is INODE
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

  /** The reasons why the rest of the log is not replayed. */
  enum EndReason {
    /**
     * The log is marked as empty. For fast commits also: the journal has no area for them, or the
     * area does not begin with a fast commit.
     */
    EMPTY,
    /** The next block is not a block of the log, or the next bytes are not a record. */
    NOTHING_FOLLOWS,
    /**
     * The next block or record has another sequence number, because it belongs to an older
     * transaction.
     */
    STALE,
    /** The next transaction has no commit block. */
    NOT_COMMITTED,
    /**
     * The next transaction or fast commit has a checksum that does not match, or contains invalid
     * values.
     */
    BAD_CHECKSUM,
    /** The log or the area for fast commits has been read completely. */
    FULL
  }

  /**
   * The end of the log, or of the fast commits.
   *
   * @param reason the reason why reading stopped
   * @param sequence the number of the first transaction that is not replayed; fast commits have
   *     this number, too
   * @param logBlock the block at which reading stopped, or 0 if the log is empty
   * @param damaged whether a transaction that was once complete is lost; always false at the end of
   *     the fast commits
   */
  record End(EndReason reason, long sequence, long logBlock, boolean damaged) {}

  /**
   * Receives a transaction. If one inode was requested, only transactions that contain a block of
   * this inode are passed.
   */
  void transaction(Transaction transaction) throws IOException;

  /** Receives a block of the transaction that was passed last. */
  void block(LoggedBlock block) throws IOException;

  /**
   * Receives a revoke record of the transaction that was passed last. It makes older copies of
   * {@code block} in the log invalid. If one inode was requested, no revoke records are passed.
   */
  void revoke(long logBlock, long block) throws IOException;

  /** Receives the end of the transactions. */
  void end(End end) throws IOException;

  /** Receives a record of a fast commit. */
  void change(Change change) throws IOException;

  /** Receives the end of the fast commits. */
  void fastCommitEnd(End end) throws IOException;
}
