package dev.ext4j.fs.mapping;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * A small change of a mapping that other threads may look up at the same time. It is made in a
 * separate handle, under the exclusive tree lock. If it fails, it is undone under the same lock.
 */
@FunctionalInterface
public interface TreeChange {
  /** Makes the change. */
  void make(Handle handle) throws IOException;

  /**
   * Runs a change in a handle under the tree lock.
   *
   * @param credits the largest number of blocks that the change needs, as a function of the depth
   *     of the tree
   */
  static void run(Inode inode, Volume volume, ExtentTree.CreditsOfStep credits, TreeChange change)
      throws IOException {
    BlockMapper mapper = new BlockMapper(inode, volume);
    int depth = mapper.depth();
    while (!runAt(inode, volume, depth, credits, change)) {
      depth = mapper.depth(); // the tree grew while this thread waited for the handle
    }
  }

  private static boolean runAt(
      Inode inode, Volume volume, int depth, ExtentTree.CreditsOfStep credits, TreeChange change)
      throws IOException {
    try (Handle handle = volume.journal().start(credits.of(depth));
        RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      if (new BlockMapper(inode, volume).extents().depth() > depth) {
        return false;
      }
      handle.remember(inode);
      try {
        change.make(handle);
        handle.commit();
      } finally {
        handle.close(); // an undo happens before another thread can look up the change
      }
      return true;
    }
  }
}
