package dev.ext4j.fs.journal.recovery;

/**
 * Where the transactions of a log end.
 *
 * @param reason why
 * @param sequence number of the first transaction that does not count
 * @param logBlock where that was seen, 0 for an empty log
 * @param damaged whether that transaction was complete once
 */
public record LogEnd(Reason reason, int sequence, long logBlock, boolean damaged) {
  /** Why there are no more transactions. */
  public enum Reason {
    /** The log's superblock says that there are none. */
    EMPTY,
    /** What follows has no header of the log. */
    NO_HEADER,
    /** What follows belongs to another transaction than the next one. */
    OTHER_SEQUENCE,
    /** The next transaction has no commit block. */
    NO_COMMIT,
    /** A checksum in the next transaction does not match, or it holds what cannot be. */
    NOT_VALID,
    /** The transactions fill the ring. */
    RING_FULL
  }
}
