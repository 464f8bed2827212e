package dev.ext4j.fs.probe;

import org.jspecify.annotations.Nullable;

/**
 * Places in the engine at which threads of others may do something in between. A listener that
 * blocks at one of them makes a race happen in the same order each time.
 */
public enum SyncPoint {
  /** A structural operation holds the inode lock. */
  OP_LOCKED,
  /** It holds the invalidate lock, too. */
  OP_INV,
  /** Pages of its range are written back or dropped. */
  OP_EVICTED,
  /** Its handle is open. */
  OP_HANDLE,
  /** Partly covered blocks at the ends of its range are zero. */
  OP_EDGES,
  /** The status tree knows nothing of its range. */
  OP_ES_DROPPED,
  /** A step of a removal was made; the detail is the first block of what is gone. */
  RM_AFTER,
  /** The tree lock is given up, so that the transaction can be restarted. */
  RM_SEM_DROPPED,
  /** The tree lock is held again. */
  RM_RESTARTED,
  /** The mapping on disk is as it should be. */
  OP_REMOVED,
  /** A leaf is written anew for a shift; the detail is how many are. */
  OP_SHIFT,
  /** The status tree says nothing that contradicts the mapping. */
  OP_ES_FINAL,
  /** The operation is about to give its locks up. */
  OP_UNLOCK,
  /** Writeback holds a page's lock; the detail is its block. */
  WB_LOCKED,
  /** Writeback is about to ask where a page goes. */
  WB_LOOKUP,
  /** Writeback has walked the tree on disk for it. */
  WB_LEAF_LOADED,
  /** Writeback knows where a page goes. */
  WB_MAPPED,
  /** Pages are marked as being written, and unlocked. */
  WB_SUBMITTED,
  /** Their content is on the device. */
  IO_DONE,
  /** Their blocks are written ones. */
  IO_CONVERTED,
  /** The marks are gone. */
  IO_FLAG_CLEAR,
  /** A read finds no page; the detail is its block. */
  RD_MISS,
  /** A page without content was added for it. */
  RD_ADDED,
  /** It is known where the content lies. */
  RD_MAPPED,
  /** The page has its content. */
  RD_FILLED,
  /** The status tree does not know a block that is asked for. */
  MAP_ES_MISS,
  /** The tree on disk has a gap there, and nothing delayed was found in it. */
  MAP_GAP_FOUND,
  /** The gap was noted in the status tree. */
  MAP_GAP_CACHED,
  /** A delayed write has seen a hole. */
  DA_LOOKUP_HOLE,
  /** It has reserved space. */
  DA_RESERVED,
  /** It has noted the delayed block in the status tree. */
  DA_INSERTED,
  /** A direct read or write knows its blocks. */
  DIO_MAPPED,
  /** Its transfer is done. */
  DIO_DONE,
  /** A commit is about to write the log. */
  CM_ORDERED,
  /** The commit record is durable. */
  CM_RECORD;

  /** Hears of each sync point that any thread comes to; it may block there. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A thread has come to a sync point.
     *
     * @param inodeNumber the file that it works on, 0 for none
     * @param detail as the sync point says, else 0
     */
    void reached(SyncPoint point, long inodeNumber, long detail);
  }

  private static volatile @Nullable Listener listener;

  /** Says that the calling thread has come here. */
  public void reach(long inodeNumber, long detail) {
    if (Trace.STEPS.isHeard()) {
      Trace.STEPS.tell(inodeNumber, toString(), detail);
    }
    Listener hears = listener;
    if (hears != null) {
      hears.reached(this, inodeNumber, detail);
    }
  }

  /** As {@link #reach(long, long)}, without a detail. */
  public void reach(long inodeNumber) {
    reach(inodeNumber, 0);
  }

  /** Lets somebody hear of all sync points of the process, or nobody. */
  public static void listen(@Nullable Listener newListener) {
    listener = newListener;
  }

  /** As the protocol writes it: {@code rm.semDropped}. */
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
