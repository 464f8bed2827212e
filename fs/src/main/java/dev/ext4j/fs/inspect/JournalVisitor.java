package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A receiver for the contents of a journal. Each complete transaction is followed by its logged
 * blocks and then by its revoke records. After the last transaction come the end of the log, the
 * records of fast commits, and the end of the fast commits. Sequence numbers are unsigned 32-bit
 * numbers. Log blocks are numbered from the start of the journal.
 */
public interface JournalVisitor {
  /**
   * A complete transaction. The blocks and revoke records announced after it belong to it.
   *
   * @param sequence the number of the transaction
   * @param commitTime when it was committed
   * @param firstLogBlock its first block in the log
   * @param lastLogBlock its commit block; less than {@code firstLogBlock} if the transaction wraps
   *     around the end of the ring
   * @param blockCount number of blocks of the file system that it logs
   * @param revokeCount number of blocks that it revokes
   */
  record Transaction(
      long sequence,
      Instant commitTime,
      long firstLogBlock,
      long lastLogBlock,
      int blockCount,
      int revokeCount) {}

  /** What a replay does with a logged block. */
  enum Fate {
    /** It is written to its home block. */
    REPLAYED,
    /** A later copy is written to the home block instead. */
    SUPERSEDED,
    /** The same transaction or a later one revokes it. */
    REVOKED,
    /** Its checksum does not match. */
    DAMAGED,
    /** Its home block is outside this file system. */
    OUTSIDE
  }

  /**
   * A logged block.
   *
   * @param logBlock the block of the log that holds the content
   * @param block the home block
   * @param owner the structure that the home block belongs to, in the state after the replay
   * @param escaped whether the content begins with the log's magic number, which is stored as zeros
   *     in the log
   * @param fate what a replay does with it
   * @param inode the state of the requested inode in this copy, if one inode was requested and this
   *     block of the inode table holds it
   */
  record LoggedBlock(
      long logBlock,
      long block,
      BlockOwner owner,
      boolean escaped,
      Fate fate,
      Optional<InodeState> inode) {}

  /**
   * The state of an inode in a copy in the journal.
   *
   * @param inodeNumber the inode
   * @param mode the whole of {@code i_mode}, 0 for an inode that is not in use
   * @param size in bytes
   * @param sectors space taken in units of 512 bytes
   * @param linkCount number of names
   * @param modificationTime mtime
   * @param deletionTime in seconds since 1970, or the number of the next inode on the orphan list;
   *     0 for neither
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
   * @param commit the index of the fast commit after its transaction, from 1
   * @param logBlock the block of the log that holds the record
   * @param kind the kind of change
   * @param inodeNumber the inode that the record changes or refers to
   * @param parentInodeNumber the directory that holds the name, 0 for a record without a name
   * @param name the name as raw bytes, empty for none; a copy
   * @param logicalBlock first block of a range within the file
   * @param physicalBlock first block of an added range on the file system, else 0
   * @param blockCount length of the range in blocks, else 0
   * @param unwritten whether an added range is unwritten, so that it reads as zeros
   * @param inode the state of the inode, only for the kind INODE
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
    /** The log is marked as empty, or there is no area for fast commits. */
    EMPTY,
    /** The next block is not a block of the log, or the next bytes are not a record. */
    NOTHING_FOLLOWS,
    /**
     * The next block or record has another sequence number. It is left over from an older
     * transaction.
     */
    STALE,
    /** The next transaction has no commit block. */
    NOT_COMMITTED,
    /**
     * A checksum in the next transaction or record does not match, or it contains invalid values.
     */
    BAD_CHECKSUM,
    /** The log is full: it has been read completely. */
    FULL
  }

  /**
   * The end of the log.
   *
   * @param reason why reading stopped
   * @param sequence number of the transaction that is not replayed
   * @param logBlock the block at which reading stopped, 0 for an empty log
   * @param damaged whether a transaction or fast commit that was once complete is lost
   */
  record End(EndReason reason, long sequence, long logBlock, boolean damaged) {}

  /**
   * Announces a transaction. If one inode was requested, only the transactions that concern it are
   * announced.
   */
  void transaction(Transaction transaction) throws IOException;

  /** Receives a block of the transaction announced last. */
  void block(LoggedBlock block) throws IOException;

  /**
   * Receives a revoke record of the transaction announced last: older copies of {@code block} in
   * the log are invalid.
   */
  void revoke(long logBlock, long block) throws IOException;

  /** Announces the end of the transactions. */
  void end(End end) throws IOException;

  /** Receives a record of a fast commit. */
  void change(Change change) throws IOException;

  /** Announces the end of the fast commits. */
  void fastCommitEnd(End end) throws IOException;
}
