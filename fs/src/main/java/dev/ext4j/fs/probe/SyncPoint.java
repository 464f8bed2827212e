package dev.ext4j.fs.probe;

/**
 * Points in the engine at which a test can run other threads. A listener that blocks at a sync
 * point makes a race happen in the same order each time.
 *
 * <p>A thread passes a detail to each sync point. At the points WB, IO, RD, MAP, DA and DIO the
 * detail is the first logical block that the thread works on. At the other points it is 0 unless
 * the point documents another detail.
 */
public enum SyncPoint {
  /** A structural operation holds the inode lock. */
  OP_LOCKED,
  /** The operation holds the invalidate lock as well. */
  OP_INV,
  /** The operation has written back or dropped the pages of its range. */
  OP_EVICTED,
  /** The operation has opened its handle. */
  OP_HANDLE,
  /** The operation has zeroed the ends of its range that cover only a part of a block. */
  OP_EDGES,
  /**
   * The operation has removed a range from the status tree; the detail is the first block of the
   * range.
   */
  OP_ES_DROPPED,
  /**
   * The operation has completed a step of a removal; the detail is the first block that is removed
   * so far.
   */
  RM_AFTER,
  /** The operation has released the tree lock, so that its handle can be restarted. */
  RM_SEM_DROPPED,
  /** The operation holds the tree lock again after the restart. */
  RM_RESTARTED,
  /** The operation has completed its changes of the mapping on disk. */
  OP_REMOVED,
  /**
   * The operation has rewritten a leaf for a shift; the detail is the number of leaves rewritten so
   * far.
   */
  OP_SHIFT,
  /** The operation has updated the status tree, which no longer contradicts the mapping on disk. */
  OP_ES_FINAL,
  /** The operation is about to release its locks. */
  OP_UNLOCK,
  /** Writeback holds the locks of a run of pages. */
  WB_LOCKED,
  /** Writeback is about to look up the mapping of these pages. */
  WB_LOOKUP,
  /**
   * The extent tree was walked for writeback, or for another caller that may not cache a whole
   * leaf.
   */
  WB_LEAF_LOADED,
  /** Writeback has found or allocated the physical blocks of the pages. */
  WB_MAPPED,
  /** Writeback has marked the pages as being written and has unlocked them. */
  WB_SUBMITTED,
  /** The content of the pages is on the device. */
  IO_DONE,
  /** The blocks of the pages are in the state written. */
  IO_CONVERTED,
  /** The pages are no longer marked as being written. */
  IO_FLAG_CLEAR,
  /** A read finds no page with content in the cache. */
  RD_MISS,
  /**
   * The read holds the lock of the page, which it has added without content if the page was
   * missing.
   */
  RD_ADDED,
  /** The read has looked up the mapping of the page. */
  RD_MAPPED,
  /** The read has filled the page with its content. */
  RD_FILLED,
  /** A request for a mapping did not find the requested block in the status tree. */
  MAP_ES_MISS,
  /** The mapping on disk has a gap at the requested block, and the block is not delayed. */
  MAP_GAP_FOUND,
  /** The gap was entered into the status tree, up to the first delayed block. */
  MAP_GAP_CACHED,
  /** A write to pages has found a hole. */
  DA_LOOKUP_HOLE,
  /** The write has reserved space for delayed blocks. */
  DA_RESERVED,
  /** The write has entered the delayed blocks into the status tree. */
  DA_INSERTED,
  /** A direct read has looked up the mapping of its range. */
  DIO_MAPPED,
  /** The direct read has transferred its content. */
  DIO_DONE,
  /** A commit is about to write its blocks to the log. */
  CM_ORDERED,
  /** The commit block is durable. */
  CM_RECORD;

  /**
   * A listener for the sync points of one file system. If {@link #reached} blocks, the thread that
   * has reached the sync point stops there.
   */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when a thread has reached a sync point.
     *
     * @param inodeNumber the number of the inode that the thread works on, or 0 if it works on no
     *     inode
     * @param detail the detail that {@link SyncPoint} documents for this point
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
