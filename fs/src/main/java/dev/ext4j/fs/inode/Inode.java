package dev.ext4j.fs.inode;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.FileType;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.MappingRoot;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.InodeLocks;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.status.StatusMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One inode in use: its fields in the cached block of the inode table, its locks, and what is known
 * of its mapping. There is one object for each inode number as long as somebody refers to it.
 */
public final class Inode implements MappingRoot {
  /** What an inode takes in memory, with its locks and what it knows of no mapping yet, at most. */
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
  private final InodeTable table;

  Inode(
      InodeTable table,
      long number,
      CachedBlock tableBlock,
      InodeView view,
      int clusterBits,
      StatusMemory memory) {
    this.table = table;
    this.number = number;
    this.tableBlock = tableBlock;
    this.view = view;
    this.locks = new InodeLocks(number);
    this.busy = new BusyRanges(number);
    this.status = new ExtentStatusTree(number, clusterBits, memory);
    this.size = view.size();
  }

  @Override
  public long inodeNumber() {
    return number;
  }

  /** The block of the inode table that it lies in, which it keeps in memory. */
  public long tableBlockNumber() {
    return tableBlock.number();
  }

  /** The fields; to be set between {@link #declare} and {@link #seal} only. */
  public InodeView fields() {
    return view;
  }

  /**
   * Size of the content in bytes, as everybody sees it ({@code i_size}). That on disk ({@code
   * i_disksize}, in {@link #fields}) may be less, while what lies between is in memory only.
   */
  public long size() {
    return type() == FileType.REGULAR ? size : view.size();
  }

  /** Changes the size that everybody sees; the tree lock is held exclusively. */
  public void setSize(long newSize) {
    size = newSize;
  }

  /**
   * The content that is in memory, which lives as long as the inode does.
   *
   * @param maker makes it when it is asked for the first time
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

  /** Blocks whose mapping is being changed. */
  public BusyRanges busy() {
    return busy;
  }

  /** Transfers past the pages that are under way. */
  public DirectTransfers transfers() {
    return transfers;
  }

  /** Clusters that are promised to delayed blocks ({@code i_reserved_data_blocks}). */
  public AtomicLong reservedClusters() {
    return reservedClusters;
  }

  /** Kind of file. */
  public FileType type() {
    return FileType.ofMode(view.mode());
  }

  /** Whether a flag is set. */
  public boolean has(FileFlag flag) {
    return view.hasFlag(flag);
  }

  /** The inode's locks. */
  public InodeLocks locks() {
    return locks;
  }

  /** What is known of the mapping. */
  public ExtentStatusTree status() {
    return status;
  }

  /** Whether blocks with old content may lie behind the end, since freeing them has failed. */
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
  }

  /**
   * Returns the tree lock. A thread holds it while it reads the mapping, or a directory's entries.
   */
  @Override
  public RankedLock lock() {
    return locks.extentTree();
  }

  /**
   * The mapping, the size and the content that was read may be others than those known. The size is
   * that on disk, unless content that is to be written reaches behind it.
   */
  @Override
  public void forget() {
    status.forgetDisk();
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
  public void contentIsHome() {
    synchronized (this) {
      contentEpoch++;
    }
  }

  /**
   * Returns a number that rises when content that was read may be another one: when changes were
   * taken back, or when content that only a transaction had has reached the device. A reader notes
   * the number before it asks for the mapping. What it has read counts only while the number is the
   * same.
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
