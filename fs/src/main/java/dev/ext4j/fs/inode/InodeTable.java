package dev.ext4j.fs.inode;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.status.StatusMemory;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of the inodes of a file system. It finds inodes by their number, and keeps one object
 * for each inode in use. The inodes used last stay in memory, within a bound. Other inodes stay as
 * long as they are referenced.
 */
public final class InodeTable {
  /** The number of the root directory's inode. */
  public static final long ROOT = 2;

  private static final int READ_AHEAD_BLOCKS = 16;
  private static final int FEW_ENTRIES = 4096;
  private static final long FEW_BYTES = 1 << 20;

  /**
   * The number of inodes that stay in memory in any case. One operation uses no more than this
   * number at once.
   */
  private static final int FEWEST = 16;

  private final Geometry geometry;
  private final BlockCache cache;
  private final GroupTable groups;
  private final LockOrder order;
  private final StatusMemory memory;
  private final Map<Long, Reference> inUse = new HashMap<>();
  private final ReferenceQueue<Inode> dead = new ReferenceQueue<>();
  private final Set<Inode> unfinished = new HashSet<>();
  private final LinkedHashMap<Long, Inode> recent = new LinkedHashMap<>(16, 0.75f, true);
  private final PinnedInodes pinned;
  private final long recentBytes;
  private volatile long readAheadStart = -1;

  private static final class Reference extends WeakReference<Inode> {
    private final long number;

    Reference(Inode inode, ReferenceQueue<Inode> queue) {
      super(inode, queue);
      number = inode.inodeNumber();
    }
  }

  /** Creates an inode table with small bounds for status trees and for inodes in memory. */
  public InodeTable(Geometry geometry, BlockCache cache, GroupTable groups, LockOrder order) {
    this(geometry, cache, groups, order, new StatusMemory(order, FEW_ENTRIES), FEW_BYTES);
  }

  /**
   * Creates an object for the inode tables of all groups. It has no inode in memory yet.
   *
   * @param order the lock order that creates the locks of the inodes
   * @param memory the bound of all status trees
   * @param recentBytes the bound in bytes of the inodes used last, including their blocks of the
   *     inode table
   */
  public InodeTable(
      Geometry geometry,
      BlockCache cache,
      GroupTable groups,
      LockOrder order,
      StatusMemory memory,
      long recentBytes) {
    this.order = order;
    this.recentBytes = recentBytes;
    this.pinned = new PinnedInodes(geometry.blockSize());
    this.memory = memory;
    this.geometry = geometry;
    this.cache = cache;
    this.groups = groups;
  }

  /**
   * Returns the inode with a number.
   *
   * @throws FileOperationException with ENOENT if there is no such inode, or it is not in use
   * @throws CorruptionException with INODE or INODE_CHECKSUM if the inode is damaged
   */
  public Inode get(long number) throws IOException {
    Inode known = known(number);
    return known != null ? known : keepRead(number, location(number));
  }

  private synchronized @Nullable Inode known(long number) {
    Reference reference = inUse.get(number);
    Inode inode = reference == null ? null : reference.get();
    if (inode != null) {
      keep(inode);
    }
    return inode;
  }

  /** Returns the inode whose block was read, as the object that another thread may have made. */
  private synchronized Inode keepRead(long number, Location location) throws IOException {
    Inode inode = known(number);
    if (inode == null) {
      inode = read(number, location);
      for (Object gone = dead.poll(); gone != null; gone = dead.poll()) {
        Reference reference = (Reference) gone;
        inUse.remove(reference.number, reference);
      }
      inUse.put(number, new Reference(inode, dead));
      keep(inode);
    }
    return inode;
  }

  /**
   * Keeps an inode in memory as the one used last. Inodes beyond the bound are dropped, together
   * with their cached mapping.
   */
  private void keep(Inode inode) {
    if (recent.get(inode.inodeNumber()) == inode) {
      return;
    }
    forgetRecent(inode.inodeNumber());
    recent.put(inode.inodeNumber(), inode);
    pinned.add(inode);
    while (pinned.bytes() > recentBytes && recent.size() > FEWEST) {
      Inode oldest = recent.values().iterator().next();
      forgetRecent(oldest.inodeNumber());
      oldest.status().clear();
    }
  }

  private void forgetRecent(long number) {
    Inode inode = recent.remove(number);
    if (inode != null) {
      pinned.remove(inode);
    }
  }

  /**
   * Records whether a truncation of an inode has failed after it was partially done. The table
   * keeps an inode with an unfinished truncation in memory, so that the record is not lost.
   */
  public synchronized void setCutUnfinished(Inode inode, boolean isUnfinished) {
    inode.setCutUnfinished(isUnfinished);
    if (isUnfinished) {
      unfinished.add(inode);
    } else {
      unfinished.remove(inode);
    }
  }

  /** Returns whether an inode is in use, according to its own fields. */
  static boolean isInUse(InodeView view) {
    return view.mode() != 0 || view.linkCount() != 0;
  }

  /** Removes an inode that is no longer in use. Its number may be given to another file. */
  synchronized void drop(Inode inode) {
    Reference reference = inUse.get(inode.inodeNumber());
    if (reference != null && reference.get() == inode) {
      inUse.remove(inode.inodeNumber());
      forgetRecent(inode.inodeNumber());
    }
  }

  /**
   * Returns the slot of an inode in the table. The inode may be in use or not. The caller may
   * overwrite the whole slot, so the table drops its object for this inode.
   *
   * @param number from 1 to the number of inodes
   * @throws FileOperationException with ENOENT if there is no such inode
   */
  public InodeSlot slot(long number) throws IOException {
    if (number < 1 || number > geometry.inodeCount()) {
      throw new FileOperationException(Errno.ENOENT, "inode " + number + " does not exist");
    }
    int group = (int) ((number - 1) / geometry.inodesPerGroup());
    long byteOffset = (number - 1) % geometry.inodesPerGroup() * geometry.inodeSize();
    long table = groups.descriptor(group).inodeTableBlock();
    CachedBlock block = cache.get(table + (byteOffset >>> geometry.blockSizeBits()));
    synchronized (this) {
      inUse.remove(number); // the slot may get another inode
      forgetRecent(number);
    }
    return new InodeSlot(geometry, number, block, (int) (byteOffset & geometry.blockSize() - 1));
  }

  /** Returns the number of inodes of a group. */
  long inodesPerGroup() {
    return geometry.inodesPerGroup();
  }

  /**
   * The position of an inode in the table.
   *
   * @param withinBlock the byte offset in the block
   */
  private record Location(CachedBlock block, int withinBlock) {}

  /** Returns the position of an inode. Reads its block, while other threads use the table. */
  private Location location(long number) throws IOException {
    if (number < 1 || number > geometry.inodeCount()) {
      throw new FileOperationException(
          Errno.ENOENT,
          "inode " + number + " does not exist: the last one is " + geometry.inodeCount());
    }
    int group = (int) ((number - 1) / geometry.inodesPerGroup());
    long index = (number - 1) % geometry.inodesPerGroup();
    GroupDescriptorView descriptor = groups.descriptor(group);
    boolean neverUsed =
        geometry.hasDescriptorChecksums()
            && (descriptor.areInodesUninitialized()
                || index >= geometry.inodesPerGroup() - descriptor.unusedInodes());
    if (neverUsed) {
      throw notInUse(number);
    }
    long byteOffset = index * geometry.inodeSize();
    long blockNumber = descriptor.inodeTableBlock() + (byteOffset >>> geometry.blockSizeBits());
    readAhead(blockNumber, descriptor.inodeTableBlock() + groups.inodeTableBlocks());
    int within = (int) (byteOffset & geometry.blockSize() - 1);
    return new Location(cache.get(blockNumber), within);
  }

  private Inode read(long number, Location location) throws IOException {
    CachedBlock block = location.block();
    InodeView view = new InodeView(geometry, number, block.bytes(), location.withinBlock());
    if (!view.isChecksumValid()) {
      throw new CorruptionException(
          Kind.INODE_CHECKSUM, "inode " + number + ": checksum does not match");
    }
    if (!isInUse(view)) {
      throw notInUse(number);
    }
    if (!view.isExtraSizeValid()) {
      throw new CorruptionException(
          Kind.INODE, "inode " + number + ": impossible extra size " + view.extraSize());
    }
    if (view.size() < 0) {
      throw new CorruptionException(Kind.INODE, "inode " + number + ": impossible size");
    }
    Inode inode = new Inode(this, number, block, view, geometry.clusterRatioBits(), order, memory);
    // Any of these writes may be of this file, whose object was dropped since.
    inode.wrotePast(cache.pastWrites());
    return inode;
  }

  /**
   * Reads the following blocks of the table ahead, because walks over a directory read adjacent
   * inodes.
   */
  private void readAhead(long blockNumber, long tableEnd) {
    long start = blockNumber - Math.floorMod(blockNumber, READ_AHEAD_BLOCKS);
    if (start != readAheadStart) {
      readAheadStart = start;
      cache.prefetch(blockNumber, Math.min(READ_AHEAD_BLOCKS, tableEnd - blockNumber));
    }
  }

  private static FileOperationException notInUse(long number) {
    return new FileOperationException(Errno.ENOENT, "inode " + number + " is not in use");
  }
}
