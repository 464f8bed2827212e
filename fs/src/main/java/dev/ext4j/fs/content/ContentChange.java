package dev.ext4j.fs.content;

import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.fs.xattr.FileCapability;
import java.io.IOException;
import java.time.Instant;

/** The updates of an inode that are necessary whenever its content changes. */
public final class ContentChange {
  private ContentChange() {}

  /** Updates mtime, ctime and version, and removes capabilities. Changes the block of the inode. */
  public static void note(Handle handle, Inode inode, Volume volume) throws IOException {
    new FileCapability(inode, volume.geometry(), volume.cache()).drop(handle);
    inode.declare(handle);
    Instant now = volume.clock().instant();
    InodeView fields = inode.fields();
    fields.setModificationTime(now);
    fields.setChangeTime(now);
    fields.increaseVersion();
    inode.seal();
  }

  /**
   * Records a write whose content stays in memory until it is written back. Needs no handle, unless
   * a capability has to be removed. The caller holds the inode lock exclusively.
   */
  public static void noteLater(Inode inode, Volume volume) throws IOException {
    boolean capable;
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      capable = new FileCapability(inode, volume.geometry(), volume.cache()).isPresent();
    }
    if (capable) {
      noteAlone(inode, volume);
    } else {
      inode.times().note(volume.clock().instant());
    }
  }

  /** Brings the times of writes to pages into the inode, in a separate handle. */
  public static void settleTimes(Inode inode, Volume volume) throws IOException {
    if (!inode.times().isPending()) {
      return;
    }
    try (Handle handle = volume.journal().start(1)) {
      handle.changesTimesOnly();
      inode.declare(handle);
      inode.seal();
      handle.commit();
    }
  }

  /** Same as {@link #note}, but in a separate handle. */
  public static void noteAlone(Inode inode, Volume volume) throws IOException {
    try (Handle handle = volume.journal().start(2)) {
      handle.changesTimesOnly();
      note(handle, inode, volume);
      handle.commit();
    }
  }

  /**
   * Sets the size on disk. The size in memory stays the same, so readers see the same content as
   * before.
   */
  public static void setSizeOnDisk(Handle handle, Inode inode, long size) {
    inode.declare(handle);
    inode.fields().setSize(size);
    inode.seal();
  }
}
