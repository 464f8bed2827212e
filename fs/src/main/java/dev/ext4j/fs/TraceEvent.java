package dev.ext4j.fs;

/**
 * Something that happened in the engine while somebody watched.
 *
 * @param kind which part tells it
 * @param thread name of the thread that did it
 * @param inodeNumber the file that it concerns, 0 for none
 * @param what a word or two that do not change: {@code insert}, {@code take}, {@code commit}
 * @param detail for people
 */
public record TraceEvent(Kind kind, String thread, long inodeNumber, String what, String detail) {
  /** Parts of the engine that tell what they do. */
  public enum Kind {
    /** Changes of extent status trees. */
    ES,
    /** Locks of inodes, pages, mappings and the journal. */
    LOCKS,
    /** Handles, blocks that they change, and commits. */
    JOURNAL,
    /** Named points of the protocol that operations come to. */
    STEPS
  }
}
