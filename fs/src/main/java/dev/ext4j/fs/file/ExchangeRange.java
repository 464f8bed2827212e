package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.MappingChange;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The exchange of the blocks of a range of one file with those of a range of another file. It
 * exchanges the content of the ranges without copying bytes. This is {@code ext4_swap_extents},
 * which the kernel offers for defragmentation. The inode locks and the invalidate locks of both
 * files are held from beginning to end. For each kind of lock, the lock of the file with the lower
 * inode number is taken first. If the work takes several transactions, each commit before the last
 * one makes the exchange of a first part of the range durable.
 */
public final class ExchangeRange {
  private final Side low;
  private final Side high;
  private final Volume volume;
  private final ProgressListener progress;
  private final long byteCount;
  private final long blockCount;
  private final boolean isAligned;
  private long doneBlocks;
  private long committedBlocks;

  /** One of the two files, with the start of its range. */
  private record Side(Inode inode, BlockMapper mapper, long byteOffset, long firstBlock) {}

  /**
   * Creates an exchange of {@code byteCount} bytes. {@link #exchange} does the work.
   *
   * @param progress the listener for the completed and total number of blocks
   */
  public ExchangeRange(
      Volume volume,
      Inode one,
      long oneOffset,
      Inode other,
      long otherOffset,
      long byteCount,
      ProgressListener progress) {
    int bits = volume.geometry().blockSizeBits();
    long mask = volume.geometry().blockSize() - 1L;
    this.volume = volume;
    this.progress = progress;
    this.byteCount = byteCount;
    this.blockCount = byteCount >>> bits;
    this.isAligned = ((oneOffset | otherOffset | byteCount) & mask) == 0;
    Side here = new Side(one, new BlockMapper(one, volume), oneOffset, oneOffset >>> bits);
    Side there = new Side(other, new BlockMapper(other, volume), otherOffset, otherOffset >>> bits);
    boolean inOrder = one.inodeNumber() < other.inodeNumber();
    this.low = inOrder ? here : there;
    this.high = inOrder ? there : here;
  }

  /**
   * Exchanges the ranges and makes the change durable.
   *
   * @throws FileOperationException with EINVAL if a range does not consist of whole blocks before
   *     the end of its file, or if both files are the same; with EOPNOTSUPP without a journal, with
   *     bigalloc, with a block map, or if the content of only one of the files is journalled;
   *     otherwise as in fallocate(2)
   * @throws PartialOperationException if the exchange failed after a part of it was made durable
   */
  public void exchange() throws IOException {
    if (low.inode() == high.inode()) {
      throw new FileOperationException(Errno.EINVAL, "a file cannot be exchanged with itself");
    }
    try (RankedLock.Held lowInode = low.inode().locks().inode().exclusive();
        RankedLock.Held highInode = high.inode().locks().inode().exclusive()) {
      check(low);
      check(high);
      low.inode().transfers().awaitNone();
      high.inode().transfers().awaitNone();
      try (RankedLock.Held lowPages = low.inode().locks().invalidate().exclusive();
          RankedLock.Held highPages = high.inode().locks().invalidate().exclusive()) {
        settle(low);
        settle(high);
        volume.probes().reach(SyncPoint.OP_EVICTED, low.inode().inodeNumber());
        change();
        volume.journal().commitOperation();
        volume.probes().reach(SyncPoint.OP_UNLOCK, low.inode().inodeNumber());
      } catch (IOException e) {
        throw committedBlocks > 0 ? volume.journal().failureInPart(doneInPart(), e) : e;
      }
    }
  }

  private String doneInPart() {
    return committedBlocks + " of " + blockCount + " blocks were exchanged";
  }

  private void check(Side side) throws IOException {
    Inode inode = side.inode();
    FallocateChecks.check(inode, volume, side.byteOffset(), byteCount);
    if (!isAligned || side.byteOffset() + byteCount > inode.size()) {
      throw new FileOperationException(
          Errno.EINVAL, "the range is not made of whole blocks before the end of the file");
    }
    if (!volume.geometry().features().has(CompatFeature.HAS_JOURNAL)) {
      throw new FileOperationException(
          Errno.EOPNOTSUPP, "without a journal a crash would leave blocks with two owners");
    }
    boolean alike =
        low.inode().has(FileFlag.JOURNAL_DATA) == high.inode().has(FileFlag.JOURNAL_DATA);
    if (!side.mapper().usesExtents() || !alike || volume.geometry().clusterRatioBits() > 0) {
      throw new FileOperationException(
          Errno.EOPNOTSUPP, "only files with extents, and without bigalloc, can exchange blocks");
    }
    FallocateChecks.requireWhole(inode);
  }

  private void settle(Side side) throws IOException {
    volume.allocator().endStream(side.inode().inodeNumber());
    new PagesOfRange(side.inode(), volume).settle(side.byteOffset(), side.byteOffset() + byteCount);
  }

  /**
   * Exchanges the blocks in a handle. If the handle is undone, no other thread has seen its
   * changes, because no other thread may map these ranges.
   */
  private void change() throws IOException {
    try (Handle handle = volume.journal().start(2)) {
      handle.remember(low.inode());
      handle.remember(high.inode());
      cover(handle, low);
      cover(handle, high);
      changeLocked(handle);
      handle.commit();
    }
  }

  /** Updates the times, and raises the size on disk, because no written block may lie beyond it. */
  private void cover(Handle handle, Side side) throws IOException {
    ContentChange.note(handle, side.inode(), volume);
    long end = side.byteOffset() + byteCount;
    if (end > side.inode().fields().size()) {
      ContentChange.setSizeOnDisk(handle, side.inode(), end);
    }
  }

  private void changeLocked(Handle handle) throws IOException {
    long lowEnd = low.firstBlock() + blockCount;
    long highEnd = high.firstBlock() + blockCount;
    try (RankedLock.Held lowTree = low.inode().locks().extentTree().exclusive();
        RankedLock.Held highTree = high.inode().locks().extentTree().exclusive();
        MappingChange here = MappingChange.begin(low.inode(), volume, low.firstBlock(), lowEnd);
        MappingChange there =
            MappingChange.begin(high.inode(), volume, high.firstBlock(), highEnd)) {
      Handle.RestartGate gate =
          restart ->
              highTree.droppedDuring(
                  () ->
                      lowTree.droppedDuring(
                          () -> {
                            long reached = doneBlocks;
                            restart.run();
                            committedBlocks = reached;
                          }));
      while (doneBlocks < blockCount) {
        handle.ensureCredits(stepCredits(), gate);
        doneBlocks += step(handle, doneBlocks);
        progress.progress(doneBlocks, blockCount);
      }
      here.finish(status -> status.remove(low.firstBlock(), lowEnd));
      there.finish(status -> status.remove(high.firstBlock(), highEnd));
    }
  }

  private int stepCredits() throws IOException {
    int splits = 3; // at both ends of the removed run, and at the insertion point of the other run
    return splits * ExtentInsertion.credits(low.mapper().extents().depth() + 1)
        + splits * ExtentInsertion.credits(high.mapper().extents().depth() + 1);
  }

  /**
   * Exchanges the next blocks, as many as are one run in both files. Returns the number of these
   * blocks.
   */
  private long step(Handle handle, long done) throws IOException {
    long most = Math.min(blockCount - done, ExtentNode.MAX_UNWRITTEN_LENGTH);
    Mapping mine = lookup(low, done, most);
    Mapping theirs = lookup(high, done, mine.blockCount());
    mine = mine.from(mine.logicalBlock(), theirs.blockCount());
    take(handle, low, mine);
    take(handle, high, theirs);
    put(handle, high, theirs.logicalBlock(), mine);
    put(handle, low, mine.logicalBlock(), theirs);
    return mine.blockCount();
  }

  private static Mapping lookup(Side side, long done, long most) throws IOException {
    long at = side.firstBlock() + done;
    return side.mapper().extents().lookup(at).from(at, most);
  }

  private void take(Handle handle, Side side, Mapping run) throws IOException {
    if (run.isAllocated()) {
      Handle.RestartGate none =
          restart -> {
            throw new ProtocolException("a step of an exchange must not be cut in two");
          };
      ExtentRemoval.keepingBlocks(side.mapper().extents(), volume.allocator())
          .remove(handle, run.logicalBlock(), run.logicalEnd(), none, at -> {});
      count(handle, side, -run.blockCount());
    }
  }

  private void put(Handle handle, Side side, long at, Mapping run) throws IOException {
    if (run.isAllocated()) {
      new ExtentInsertion(side.mapper().extents(), volume.allocator())
          .add(
              handle,
              at,
              run.physicalBlock(),
              (int) run.blockCount(),
              run.state() == State.UNWRITTEN);
      count(handle, side, run.blockCount());
    }
  }

  private void count(Handle handle, Side side, long blocks) throws IOException {
    side.inode().declare(handle);
    side.inode().addSectors(blocks << (volume.geometry().blockSizeBits() - 9));
    side.inode().seal();
  }
}
