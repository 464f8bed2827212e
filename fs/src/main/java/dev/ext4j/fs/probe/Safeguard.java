package dev.ext4j.fs.probe;

/**
 * The precautions against races and crashes. A {@link Laboratory} can leave one out, to show the
 * failure that it prevents. In production all of them are taken.
 */
public enum Safeguard {
  /** Copies of a freed block in the log are revoked. */
  REVOKES,
  /** Freed blocks are not allocated before the commit that freed them. */
  FREED_SPACE_WAITS,
  /**
   * A thread that holds only page locks, or completes a write, enters only the blocks it asked for
   * into the status tree.
   */
  NO_BULK_CACHING,
  /** After its last change of the mapping an operation updates the status tree of its range. */
  FINAL_STATUS,
  /** A caller that asks for a mapping must hold the lock that its context names. */
  MAPPING_CONTEXT,
  /** Pages are added under the invalidate lock, which operations hold while they change blocks. */
  INVALIDATE_LOCK,
  /** Pages count as being written until their blocks are in the state written. */
  FLAG_UNTIL_CONVERTED,
  /** Caching the mapping on disk does not replace a delayed block. */
  CACHE_KEEPS_DELAYED,
  /**
   * Delayed blocks are entered into the status tree under the exclusive tree lock, not the shared
   * one.
   */
  DELAYED_EXCLUSIVE,
  /**
   * The tree lock is held when delayed blocks are dropped because their content cannot be written.
   */
  LOSES_LOCKED,
  /** An operation waits for direct transfers under way before it removes blocks. */
  DIRECT_AWAITED,
  /**
   * A delayed block is entered into the status tree after a second look-up under the exclusive tree
   * lock.
   */
  DELAYED_LOOKS_AGAIN,
  /** Writeback allocates only blocks that are still delayed under the exclusive tree lock. */
  WRITEBACK_LOOKS_AGAIN,
  /**
   * The size on disk is raised before a hole drops the pages whose writeback would have raised it.
   */
  SIZE_BEFORE_HOLE,
  /** The bytes after the end of the file in its last block are zeroed before the file grows. */
  TAIL_ZEROED,
  /** Space is reserved again for delayed blocks that lose the allocated part of their cluster. */
  RESERVED_ANEW
}
