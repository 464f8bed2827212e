package dev.ext4j.fs.file;

import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectRemoval;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.mapping.MappingChange;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;

/**
 * The removal of the content of an inode after a given size. Blocks allocated beyond the end of the
 * file are freed too. The rest of the block in which the size lies is zeroed. Blocks are removed
 * from the last to the first.
 */
public final class ContentCut {
  private final Inode inode;
  private final Volume volume;
  private final BlockMapper mapper;

  /**
   * Creates a cut of an inode for which {@link #isPossible} is true. The constructor changes
   * nothing.
   */
  public ContentCut(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.mapper = new BlockMapper(inode, volume);
  }

  /**
   * Returns whether an inode has content that can be removed. Devices and short links have none.
   */
  public static boolean isPossible(Inode inode) {
    return switch (inode.type()) {
      case REGULAR, DIRECTORY -> true;
      case SYMBOLIC_LINK -> !SymbolicLink.isInInode(inode);
      default -> false;
    };
  }

  /**
   * Cuts an inode on the orphan list, or in the orphan file, to a size, and sets the size in the
   * inode if it differs. The blocks are freed in the running transaction and, if that becomes full,
   * in later ones. The caller holds the inode lock.
   */
  public void cutOrphan(long size, ProgressListener progress) throws IOException {
    int inodeBlock = 1;
    int credits = inodeBlock + EdgeZeroing.CREDITS + ExtentInsertion.credits(0);
    try (RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive();
        Handle handle = volume.journal().start(credits)) {
      inode.declare(handle);
      Instant now = volume.clock().instant();
      inode.fields().setModificationTime(now);
      inode.fields().setChangeTime(now);
      inode.seal();
      to(handle, size, tree -> restart -> tree.droppedDuring(restart::run), progress);
      handle.commit();
    }
  }

  /**
   * Sets the size and frees the blocks after it. The caller holds the inode lock and the invalidate
   * lock.
   *
   * @param gate a function that gets the held tree lock and returns a gate. The gate releases this
   *     lock while it restarts the handle
   * @param progress the listener for the completed and total number of blocks after the size
   */
  void to(
      Handle handle,
      long size,
      Function<RankedLock.Held, Handle.RestartGate> gate,
      ProgressListener progress)
      throws IOException {
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineData(inode).shorten(handle, size);
    }
    if (inode.fields().size() != size) {
      ContentChange.setSizeOnDisk(handle, inode, size);
    }
    inode.setSize(size);
    if (!inode.has(FileFlag.INLINE_DATA)) {
      zeroTail(handle, size);
      removeBlocks(handle, size, gate, progress);
    }
  }

  /**
   * Zeroes the bytes after the new end of the file in the last block. The bytes are not changed in
   * directories, which consist of whole blocks, and in encrypted files, where zeros would not be
   * valid ciphertext.
   */
  private void zeroTail(Handle handle, long size) throws IOException {
    boolean plain = inode.type() != FileType.DIRECTORY && !inode.has(FileFlag.ENCRYPT);
    long firstBehind = blocksOf(size);
    if (plain && firstBehind <= limit()) {
      long blockEnd = firstBehind << volume.geometry().blockSizeBits();
      new EdgeZeroing(mapper, volume).zero(handle, size, blockEnd);
    }
  }

  private void removeBlocks(
      Handle handle,
      long size,
      Function<RankedLock.Held, Handle.RestartGate> gates,
      ProgressListener progress)
      throws IOException {
    long first = blocksOf(size);
    long limit = limit();
    if (first >= limit) {
      return;
    }
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive();
        MappingChange change = MappingChange.begin(inode, volume, first, ExtentTree.MAX_BLOCKS)) {
      Handle.RestartGate gate = gates.apply(tree);
      if (mapper.usesExtents()) {
        long end = Math.max(first, mapper.extents().end());
        new ExtentRemoval(mapper.extents(), volume.allocator())
            .remove(handle, first, limit, gate, at -> tell(progress, first, at, end));
      } else {
        long end = Math.max(first, mapper.indirect().end());
        new IndirectRemoval(mapper.indirect(), volume.allocator())
            .remove(handle, first, limit, gate, at -> tell(progress, first, at, end));
      }
      new DelayedBlocks(inode, volume, mapper).promiseAnew(first, ExtentTree.MAX_BLOCKS);
      Mapping hole = Mapping.hole(first, ExtentTree.MAX_BLOCKS - first);
      change.finish(status -> status.insert(hole));
    }
  }

  private static void tell(ProgressListener progress, long first, long downTo, long end) {
    progress.progress(end - Math.min(downTo, end), end - first);
  }

  /** Returns the number of blocks that {@code size} bytes occupy, rounded up. */
  private long blocksOf(long size) {
    long mask = volume.geometry().blockSize() - 1L;
    return (size >>> volume.geometry().blockSizeBits()) + ((size & mask) == 0 ? 0 : 1);
  }

  private long limit() {
    return mapper.maxBlocks();
  }
}
