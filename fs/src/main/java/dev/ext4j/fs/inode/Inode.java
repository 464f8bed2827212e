package dev.ext4j.fs.inode;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.MappingRoot;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.InodeLocks;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.status.StatusMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One inode in use: its fields in the cached block of the inode table, its locks, and its cached
 * mapping. As long as an object for an inode number is referenced, there is no second one.
 */
public final class Inode implements MappingRoot {
  /** An upper bound of the memory in bytes of an inode with its locks and an empty status tree. */
  public static final int BYTES = 2048;

  private final long number;
  private final CachedBlock tableBlock;
  private final InodeView view;
  private final InodeLocks locks;
  private final ExtentStatusTree status;
  private final BusyRanges busy;
  private final DirectTransfers transfers = new DirectTransfers();
  private final AtomicLong reservedClusters = new AtomicLong();
  private volatile long size;
  private volatile @Nullable ContentInMemory attachment;
  private volatile boolean cutUnfinished;
  private volatile int contentEpoch;
  private final LazyTimes times = new LazyTimes();
  private final AtomicLong lastChange = new AtomicLong();
  private final AtomicLong lastContentChange = new AtomicLong();
  private final AtomicLong lastPastWrite = new AtomicLong();
  private final InodeTable table;

  Inode(
      InodeTable table,
      long number,
      CachedBlock tableBlock,
      InodeView view,
      int clusterBits,
      LockOrder order,
      StatusMemory memory) {
    this.table = table;
    this.number = number;
    this.tableBlock = tableBlock;
    this.view = view;
    this.locks = new InodeLocks(order, number);
    this.busy = new BusyRanges(number);
    this.status = new ExtentStatusTree(number, clusterBits, memory);
    this.size = view.size();
  }

  @Override
  public long inodeNumber() {
    return number;
  }

  /** Returns the number of the inode table block that holds this inode. */
  public long tableBlockNumber() {
    return tableBlock.number();
  }

  /** Returns the fields. They may be changed only between {@link #declare} and {@link #seal}. */
  public InodeView fields() {
    return view;
  }

  /**
   * Returns the size of the content in bytes, as readers see it ({@code i_size}). The size on disk
   * ({@code i_disksize}, in {@link #fields}) may be less while the content in between is in memory
   * only.
   */
  public long size() {
    return type() == FileType.REGULAR ? size : view.size();
  }

  /** Sets the size in memory ({@code i_size}). The caller holds the tree lock exclusively. */
  public void setSize(long newSize) {
    size = newSize;
  }

  /**
   * Returns the content in memory, which lives as long as the inode does.
   *
   * @param maker a function that creates the content at the first call
   */
  public ContentInMemory attachment(Supplier<ContentInMemory> maker) {
    ContentInMemory there = attachment;
    if (there == null) {
      synchronized (this) {
        there = attachment;
        if (there == null) {
          there = maker.get();
          attachment = there;
        }
      }
    }
    return there;
  }

  /** Returns the blocks whose mapping is being changed. */
  public BusyRanges busy() {
    return busy;
  }

  /** Returns the direct transfers under way. */
  public DirectTransfers transfers() {
    return transfers;
  }

  /**
   * Returns the number of clusters reserved for delayed blocks ({@code i_reserved_data_blocks}).
   */
  public AtomicLong reservedClusters() {
    return reservedClusters;
  }

  /** Returns the time of the last write to pages, until it is in the fields. */
  public LazyTimes times() {
    return times;
  }

  /** Returns the type of the file. */
  public FileType type() {
    return FileType.ofMode(view.mode());
  }

  /** Returns whether a flag is set. */
  public boolean has(FileFlag flag) {
    return view.hasFlag(flag);
  }

  /** Returns the locks of the inode. */
  public InodeLocks locks() {
    return locks;
  }

  /** Returns the extent status tree, which is the cached mapping. */
  public ExtentStatusTree status() {
    return status;
  }

  /**
   * Returns whether blocks with old content may lie beyond the end of the file, because a
   * truncation could not free them.
   */
  public boolean isCutUnfinished() {
    return cutUnfinished;
  }

  void setCutUnfinished(boolean unfinished) {
    cutUnfinished = unfinished;
  }

  @Override
  public ByteBuffer area() {
    return view.blockArea();
  }

  @Override
  public void declare(Handle handle) {
    handle.declare(tableBlock, BlockRole.INODE);
    handle.remember(this);
    times.settle(view);
  }

  /**
   * Returns the tree lock. A thread holds it while it reads the mapping, or a directory's entries.
   */
  @Override
  public RankedLock lock() {
    return locks.extentTree();
  }

  /**
   * Drops the part of the cached mapping that can be read again from disk, and invalidates the
   * content that was read. The size in memory becomes the size on disk, unless content that must
   * still be written reaches beyond it. An inode that is no longer in use is removed from the inode
   * table.
   */
  @Override
  public void forget() {
    status.forgetDisk();
    times.undo(view);
    ContentInMemory content = attachment;
    long onDisk = view.size();
    boolean reachesBehind = content != null && content.isDirtyBehind(onDisk);
    size = reachesBehind ? Math.max(size, onDisk) : onDisk;
    contentIsHome();
    if (!InodeTable.isInUse(view)) {
      table.drop(this);
    }
  }

  @Override
  public void changedIn(long transactionNumber, boolean timesOnly) {
    lastChange.accumulateAndGet(transactionNumber, Math::max);
    if (!timesOnly) {
      lastContentChange.accumulateAndGet(transactionNumber, Math::max);
    }
  }

  /**
   * Returns the number of the last transaction that changes this inode or its mapping; 0 if there
   * is none since the inode was read ({@code i_sync_tid}). An inode with uncommitted changes stays
   * in memory, so no such transaction is forgotten.
   */
  public long lastChange() {
    return lastChange.get();
  }

  /**
   * Returns the number of the last transaction that changes more than the times of this inode
   * ({@code i_datasync_tid}); otherwise as {@link #lastChange}.
   */
  public long lastContentChange() {
    return lastContentChange.get();
  }

  /**
   * Records that content of the file may be among the first {@code pastWrite} writes that bypassed
   * the block cache.
   */
  public void wrotePast(long pastWrite) {
    lastPastWrite.accumulateAndGet(pastWrite, Math::max);
  }

  /**
   * Returns the number of writes past the block cache among which content of this file may be. It
   * counts all writes that were made before the inode was read.
   */
  public long lastPastWrite() {
    return lastPastWrite.get();
  }

  @Override
  public void contentIsHome() {
    synchronized (this) {
      contentEpoch++;
    }
  }

  /**
   * Returns a number that rises when content that was read may have become invalid. It rises when
   * changes are undone, and when content that only a transaction contained has reached the device.
   * A reader gets the number before it looks up the mapping. The content that it has read is valid
   * only while the number is the same.
   */
  public int contentEpoch() {
    return contentEpoch;
  }

  @Override
  public void seal() {
    view.seal();
  }

  @Override
  public void addSectors(long delta) throws CorruptionException {
    long sectors = view.sectors() + delta;
    if (sectors < 0) {
      throw new CorruptionException(
          Kind.INODE, this + ": i_blocks counts " + view.sectors() + ", " + -delta + " are freed");
    }
    view.setSectors(sectors);
  }

  @Override
  public int checksumSeed() {
    return view.checksumSeed();
  }

  @Override
  public String toString() {
    return "inode " + number;
  }
}
