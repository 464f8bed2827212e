package dev.ext4j.fs.content;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The target of a symbolic link. It lies in the inode if it is shorter than 60 bytes or is inline
 * data, else in a block.
 */
public final class SymbolicLink {
  private final Inode inode;
  private final Volume volume;

  /** Creates a reader of a symbolic link. */
  public SymbolicLink(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /** Returns whether the target lies in {@code i_block}, where other files have pointers. */
  public static boolean isInInode(Inode inode) {
    long size = inode.fields().size();
    return inode.type() == FileType.SYMBOLIC_LINK
        && !inode.has(FileFlag.INLINE_DATA)
        && size > 0
        && size < InodeView.BLOCK_AREA_SIZE;
  }

  /**
   * Returns the bytes of the target.
   *
   * @throws FileOperationException with EINVAL if this is not a symbolic link
   */
  public byte[] target() throws IOException {
    if (inode.type() != FileType.SYMBOLIC_LINK) {
      throw new FileOperationException(Errno.EINVAL, "is no symbolic link");
    }
    long size = inode.fields().size();
    if (size > volume.geometry().blockSize()) {
      throw new CorruptionException(Kind.INODE, inode + ": a link target of " + size + " bytes");
    }
    byte[] target = new byte[(int) size];
    if (isInInode(inode)) {
      inode.area().get(0, target);
      return target;
    }
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      new FileReader(inode, volume).read(0, ByteBuffer.wrap(target));
    }
    return target;
  }
}
