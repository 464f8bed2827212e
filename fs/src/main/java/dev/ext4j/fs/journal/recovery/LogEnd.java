package dev.ext4j.fs.journal.recovery;

/**
 * The end of the complete transactions of a log.
 *
 * @param reason the reason why no complete transaction follows
 * @param sequence number of the first transaction that is not complete
 * @param logBlock the block of the log at which the end was detected, or 0 if the log is empty
 * @param damaged whether the transaction with this number was once complete and is now damaged
 */
public record LogEnd(Reason reason, int sequence, long logBlock, boolean damaged) {
  /** The reasons why there are no more transactions. */
  public enum Reason {
    /** The log's superblock marks it as empty. */
    EMPTY,
    /** The next block has no header of the log. */
    NO_HEADER,
    /** The next block has a header, but not the sequence number of the next transaction. */
    OTHER_SEQUENCE,
    /** The next transaction has no commit block. */
    NO_COMMIT,
    /** A checksum in the next transaction does not match, or it contains invalid values. */
    NOT_VALID,
    /** The transactions fill the ring. */
    RING_FULL
  }
}
