package dev.ext4j.fs.inspect;

/**
 * An event in the engine, as the tracer of an open file system receives it.
 *
 * @param kind the part of the engine that reports the event
 * @param thread name of the thread in which it happened
 * @param inodeNumber the file that the event concerns, 0 for none
 * @param what a fixed name of the event: {@code insert}, {@code take}, {@code commit}
 * @param detail a text for people
 */
public record TraceEvent(Kind kind, String thread, long inodeNumber, String what, String detail) {
  /** The parts of the engine that report events. */
  public enum Kind {
    /** Changes of extent status trees. */
    ES,
    /** Locks of inodes, pages, mappings and the journal. */
    LOCKS,
    /** Handles, the blocks that they change, and commits. */
    JOURNAL,
    /** Sync points: named points of the protocol that operations reach. */
    STEPS
  }
}
