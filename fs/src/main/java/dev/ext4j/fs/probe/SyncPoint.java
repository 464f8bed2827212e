package dev.ext4j.fs.probe;

/**
 * Points in the engine at which a test can run other threads. A listener that blocks at one of them
 * makes a race happen in the same order each time.
 */
public enum SyncPoint {
  /** A structural operation holds the inode lock. */
  OP_LOCKED,
  /** The operation holds the invalidate lock as well. */
  OP_INV,
  /** The pages of its range are written back or dropped. */
  OP_EVICTED,
  /** Its handle is open. */
  OP_HANDLE,
  /** The partially covered blocks at the ends of its range are zeroed. */
  OP_EDGES,
  /** Its range is removed from the status tree. */
  OP_ES_DROPPED,
  /** A step of a removal is completed; the detail is the first block of the removed part. */
  RM_AFTER,
  /** The tree lock is released, so that the transaction can be restarted. */
  RM_SEM_DROPPED,
  /** The tree lock is held again after the restart. */
  RM_RESTARTED,
  /** The mapping on disk is complete. */
  OP_REMOVED,
  /** A leaf is rewritten for a shift; the detail is the number of leaves rewritten so far. */
  OP_SHIFT,
  /** The status tree no longer contradicts the mapping on disk. */
  OP_ES_FINAL,
  /** The operation is about to release its locks. */
  OP_UNLOCK,
  /** Writeback holds the lock of a page; the detail is its block. */
  WB_LOCKED,
  /** Writeback is about to look up the mapping of a page. */
  WB_LOOKUP,
  /**
   * The extent tree was walked for writeback, or for another caller that may not cache a whole
   * leaf.
   */
  WB_LEAF_LOADED,
  /** Writeback knows the physical block of a page. */
  WB_MAPPED,
  /** Pages are marked as being written, and unlocked. */
  WB_SUBMITTED,
  /** The content of the pages is on the device. */
  IO_DONE,
  /** The blocks of the pages are in the state written. */
  IO_CONVERTED,
  /** The pages are no longer marked as being written. */
  IO_FLAG_CLEAR,
  /** A read finds no page in the cache; the detail is its block. */
  RD_MISS,
  /** A page without content was added for the read. */
  RD_ADDED,
  /** The read knows the mapping of the page. */
  RD_MAPPED,
  /** The page has its content. */
  RD_FILLED,
  /** The status tree does not know the requested block. */
  MAP_ES_MISS,
  /** The mapping on disk has a gap at the block, and no delayed block was found in it. */
  MAP_GAP_FOUND,
  /** The gap was entered into the status tree. */
  MAP_GAP_CACHED,
  /** A delayed write has found a hole. */
  DA_LOOKUP_HOLE,
  /** The delayed write has reserved space. */
  DA_RESERVED,
  /** The delayed write has entered the delayed block into the status tree. */
  DA_INSERTED,
  /** A direct read or write knows its blocks. */
  DIO_MAPPED,
  /** The direct transfer has ended. */
  DIO_DONE,
  /** A commit is about to write the log. */
  CM_ORDERED,
  /** The commit block is durable. */
  CM_RECORD;

  /**
   * A listener that is called for each sync point that a thread of one file system reaches. The
   * listener may block in {@link #reached}. This stops the thread at that point.
   */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when a thread has reached a sync point.
     *
     * @param inodeNumber the number of the inode that the thread works on, 0 for none
     * @param detail the detail that the sync point names, else 0
     */
    void reached(SyncPoint point, long inodeNumber, long detail);
  }

  /** Returns the name as docs/PROTOCOL.md spells it, for example {@code rm.semDropped}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    boolean up = false;
    for (char c : name().toCharArray()) {
      if (c != '_') {
        text.append(up ? c : Character.toLowerCase(c));
        up = false;
      } else if (text.indexOf(".") < 0) {
        text.append('.');
      } else {
        up = true;
      }
    }
    return text.toString();
  }
}
