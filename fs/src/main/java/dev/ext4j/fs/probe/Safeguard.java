package dev.ext4j.fs.probe;

/**
 * The safeguards of the engine against races and crashes. A test can leave out a safeguard through
 * its {@link Laboratory}, to show the failure that the safeguard prevents. In production all
 * safeguards are active.
 */
public enum Safeguard {
  /** If the log holds a copy of a block that is freed, the copy is revoked. */
  REVOKES,
  /** Freed blocks are not allocated again until the commit that freed them is durable. */
  FREED_SPACE_WAITS,
  /**
   * A thread that holds only page locks, or that completes a write, enters only the blocks that it
   * requested into the status tree.
   */
  NO_BULK_CACHING,
  /**
   * After an operation has made its last change of the mapping, it updates its range in the status
   * tree.
   */
  FINAL_STATUS,
  /** A caller that requests a mapping must hold the lock that its {@code MappingContext} names. */
  MAPPING_CONTEXT,
  /**
   * A read or a page fault adds pages under the shared invalidate lock. A structural operation
   * holds this lock exclusively while it changes the mapping.
   */
  INVALIDATE_LOCK,
  /** Pages stay marked as being written until their blocks have changed to the state written. */
  FLAG_UNTIL_CONVERTED,
  /** A delayed block in the status tree is not replaced when a mapping is read from disk. */
  CACHE_KEEPS_DELAYED,
  /**
   * A thread holds the tree lock exclusively, not shared, while it enters delayed blocks into the
   * status tree.
   */
  DELAYED_EXCLUSIVE,
  /**
   * Writeback holds the tree lock exclusively when it drops delayed blocks whose content it could
   * not write.
   */
  LOSES_LOCKED,
  /**
   * An operation waits until the file has no direct transfer under way before it changes the
   * mapping.
   */
  DIRECT_AWAITED,
  /**
   * A thread looks a hole up again under the exclusive tree lock before it enters delayed blocks
   * for it.
   */
  DELAYED_LOOKS_AGAIN,
  /**
   * Writeback checks under the exclusive tree lock that a block is still delayed before it
   * allocates it.
   */
  WRITEBACK_LOOKS_AGAIN,
  /**
   * The size on disk is raised in the transaction of a hole if the hole has dropped pages whose
   * writeback would have raised it.
   */
  SIZE_BEFORE_HOLE,
  /** Before a file grows, the bytes after its end are zeroed in its last block. */
  TAIL_ZEROED,
  /**
   * Space is reserved again for delayed blocks after the last allocated block of their cluster was
   * removed.
   */
  RESERVED_ANEW
}
