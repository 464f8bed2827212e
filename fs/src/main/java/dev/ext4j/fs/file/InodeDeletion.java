package dev.ext4j.fs.file;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.fs.xattr.AttributeBlock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The deletion of an inode that no name refers to, as in the kernel when the last user closes it.
 * The inode is on the orphan list, or in the orphan file, until {@link #release}.
 *
 * <p>Afterwards the inode has the fields that the kernel leaves: mode, flags, owner, version, and
 * the time of deletion. If the inode had blocks, its size and block count are 0, and its times are
 * those of the deletion.
 */
public final class InodeDeletion {
  /** The largest number of blocks that {@link #release} changes, the inode included. */
  public static final int CREDITS = AttributeBlock.CREDITS + InodeAllocator.CREDITS;

  private final Inode inode;
  private final Volume volume;
  private final InodeAllocator inodes;

  /**
   * Creates a deletion of an inode whose link count is 0. {@link #removeContent} and {@link
   * #release} do the work.
   */
  public InodeDeletion(Inode inode, Volume volume, InodeAllocator inodes) {
    this.inode = inode;
    this.volume = volume;
    this.inodes = inodes;
  }

  /**
   * Frees all blocks of content. The blocks are freed in the running transaction and, if that
   * becomes full, in later ones.
   */
  public void removeContent(ProgressListener progress) throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      if (SymbolicLink.isInInode(inode)) {
        clearShortLink();
      } else if (inode.fields().sectors() > 0 && ContentCut.isPossible(inode)) {
        new ContentCut(inode, volume).cutOrphan(0, progress);
      }
    }
  }

  /**
   * Removes the target of a short link, so that no code reads it as pointers. The size of the link
   * becomes 0 only if the inode has an attribute block. The kernel also sets the size to 0 only if
   * the block count of the inode is not 0.
   */
  private void clearShortLink() throws IOException {
    try (Handle handle = volume.journal().start(1)) {
      inode.declare(handle);
      ByteBuffer area = inode.area();
      for (int i = 0; i < area.capacity(); i++) {
        area.put(i, (byte) 0);
      }
      InodeView fields = inode.fields();
      if (fields.sectors() > 0) {
        fields.setSize(0);
        inode.setSize(0);
        fields.setModificationTime(volume.clock().instant());
        fields.setChangeTime(volume.clock().instant());
      }
      inode.seal();
      handle.commit();
    }
  }

  /**
   * Frees the attributes and the inode itself. The caller holds the inode lock and has removed the
   * content. In the same handle it has removed the inode from the orphan list or the orphan file.
   */
  public void release(Handle handle) throws IOException {
    inode.locks().inode().requireExclusive();
    new AttributeBlock(inode, volume.geometry(), volume.cache(), volume.allocator())
        .release(handle);
    inodes.free(handle, inode.inodeNumber(), inode.type() == FileType.DIRECTORY);
    inode.declare(handle);
    InodeView fields = inode.fields();
    fields.setDeletionTime(volume.clock().instant().getEpochSecond());
    inode.seal();
    inode.status().remove(0, ExtentTree.MAX_BLOCKS);
  }
}
