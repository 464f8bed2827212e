package dev.ext4j.fs.file;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;

/**
 * A small change of a mapping that others may look up meanwhile: in a handle of its own, under the
 * exclusive tree lock, and under that lock taken back if it fails.
 */
@FunctionalInterface
interface TreeChange {
  /** Makes the change. */
  void make(Handle handle) throws IOException;

  /**
   * Carries a change out.
   *
   * @param credits blocks that it changes at most
   */
  static void run(
      Inode inode, FileContext context, ExtentTree.CreditsOfStep credits, TreeChange change)
      throws IOException {
    BlockMapper mapper = new BlockMapper(inode, context);
    int depth = mapper.depth();
    while (!runAt(inode, context, depth, credits, change)) {
      depth = mapper.depth(); // it has grown while the handle was waited for
    }
  }

  private static boolean runAt(
      Inode inode,
      FileContext context,
      int depth,
      ExtentTree.CreditsOfStep credits,
      TreeChange change)
      throws IOException {
    try (Handle handle = context.journal().start(credits.of(depth));
        RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      if (new BlockMapper(inode, context).extents().depth() > depth) {
        return false;
      }
      handle.remember(inode);
      try {
        change.make(handle);
        handle.commit();
      } finally {
        handle.close(); // before the lock is given up: what is undone was seen by nobody
      }
      return true;
    }
  }
}
