package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree;
import java.util.function.Consumer;

/**
 * The end of a change of a mapping: the disk is as it should be, and the status tree is told, or
 * forgets, so that whatever crept into it while the tree lock was given up is gone. The tree lock
 * is held exclusively.
 */
final class FinalStatus {
  private FinalStatus() {}

  /** Has the status tree told. */
  static void tell(Inode inode, Consumer<ExtentStatusTree> change) {
    SyncPoint.OP_REMOVED.reach(inode.inodeNumber());
    if (Safeguard.FINAL_STATUS.isOn()) {
      change.accept(inode.status());
    }
    SyncPoint.OP_ES_FINAL.reach(inode.inodeNumber());
  }
}
