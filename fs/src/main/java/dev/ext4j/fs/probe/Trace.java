package dev.ext4j.fs.probe;

/** The kinds of events in the engine that a listener can receive. */
public enum Trace {
  /** Changes of status trees. */
  ES,
  /** Locks that are taken and released, except those of status trees. */
  LOCKS,
  /** Handles, the blocks that they change, and commits. */
  JOURNAL,
  /** Sync points. */
  STEPS;

  /**
   * A listener for the events of one file system. It is called in the thread in which an event
   * happens. This thread may hold any lock.
   */
  public interface Listener {
    /** Returns whether the listener wants events of a kind. Called before each event. */
    boolean hears(Trace kind);

    /**
     * Called when an event happens.
     *
     * @param inodeNumber the number of the inode that the event concerns, or 0 if it concerns no
     *     inode
     * @param what the name of the event, in one or two words
     * @param detail the details of the event, as a text that may be empty
     */
    void hear(Trace kind, long inodeNumber, String what, String detail);
  }
}
