package dev.ext4j.fs.journal.recovery;

/**
 * The end of the complete transactions of a log.
 *
 * @param reason why the log ends there
 * @param sequence number of the first transaction that is not complete
 * @param logBlock the block at which this was detected, 0 for an empty log
 * @param damaged whether that transaction was once complete
 */
public record LogEnd(Reason reason, int sequence, long logBlock, boolean damaged) {
  /** The reasons why there are no more transactions. */
  public enum Reason {
    /** The log's superblock marks it as empty. */
    EMPTY,
    /** The next block has no header of the log. */
    NO_HEADER,
    /** The next block has another sequence number than the next transaction. */
    OTHER_SEQUENCE,
    /** The next transaction has no commit block. */
    NO_COMMIT,
    /** A checksum in the next transaction does not match, or it contains invalid values. */
    NOT_VALID,
    /** The transactions fill the ring. */
    RING_FULL
  }
}
