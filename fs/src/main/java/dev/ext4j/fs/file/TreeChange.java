package dev.ext4j.fs.file;

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
  static void run(Inode inode, FileContext context, int credits, TreeChange change)
      throws IOException {
    try (Handle handle = context.journal().start(credits);
        RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      boolean done = false;
      try {
        change.make(handle);
        handle.commit();
        done = true;
      } finally {
        if (!done) {
          handle.close();
          inode.status().forgetDisk();
        }
      }
    }
  }
}
