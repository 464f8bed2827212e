package dev.ext4j.fs.inspect;

/**
 * An event in the engine, which is passed to the tracer of an open file system.
 *
 * @param kind the part of the engine that reports the event
 * @param thread name of the thread in which the event happened
 * @param inodeNumber the inode that the event concerns, or 0 if it concerns no inode
 * @param what a fixed name of the event, for example {@code insert}, {@code take} or {@code commit}
 * @param detail a text for people
 */
public record TraceEvent(Kind kind, String thread, long inodeNumber, String what, String detail) {
  /** The parts of the engine that report events. */
  public enum Kind {
    /** Changes of extent status trees. */
    ES,
    /** Locks that are taken and released, except those of extent status trees. */
    LOCKS,
    /** Handles, the blocks that they change, and commits. */
    JOURNAL,
    /** Sync points, which are named points in the steps of an operation. */
    STEPS
  }
}
