package dev.ext4j.fs.fastcommit;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of the replay that maps and unmaps ranges of files. A range that is mapped replaces the
 * existing mapping. The blocks of every changed file are counted again at the end.
 */
final class ReplayedMapping {
  /**
   * A provisional count of sectors for a file during the replay. It is larger than any number that
   * is subtracted from it. It fits in the inode even without the feature huge_file.
   */
  private static final long SECTORS_MEANWHILE = 1L << 31;

  private static final Handle.RestartGate GATE = Handle.RestartGate.Restart::run;

  private final Volume volume;
  private final InodeTable inodes;
  private final Set<Long> changed = new TreeSet<>();

  ReplayedMapping(Volume volume, InodeTable inodes) {
    this.volume = volume;
    this.inodes = inodes;
  }

  void add(FastCommitRecord.AddRange range) throws IOException {
    Inode inode = inodes.get(range.inodeNumber());
    requireExtents(inode);
    for (FastCommitRecord.DeleteRange left : leftInClusters(inode, range)) {
      remove(left);
    }
    State state = range.unwritten() ? State.UNWRITTEN : State.WRITTEN;
    try (RankedLock.Held lock = inode.locks().inode().exclusive()) {
      long end = range.logicalBlock() + range.blockCount();
      for (long at = range.logicalBlock(); at < end; ) {
        long physical = range.physicalBlock() + (at - range.logicalBlock());
        inode.status().forgetDisk();
        Mapping there = new BlockMapper(inode, volume).map(at, end - at);
        boolean same = there.isAllocated() && there.physicalBlock() == physical;
        if (!same || there.state() != state) {
          replace(inode, there, new Mapping(at, physical, there.blockCount(), state), same);
        }
        at += there.blockCount();
      }
    }
  }

  /**
   * Returns the mapped blocks that are in the same logical clusters as a range, but in other
   * physical clusters. They were freed before the range was mapped, even if the log has another
   * order. The caller removes all of them before it adds the first new block, because a cluster is
   * freed together with its last block.
   */
  private List<FastCommitRecord.DeleteRange> leftInClusters(
      Inode inode, FastCommitRecord.AddRange range) throws IOException {
    int bits = volume.geometry().clusterRatioBits();
    List<FastCommitRecord.DeleteRange> left = new ArrayList<>();
    if (bits == 0) {
      return left; // without bigalloc each block is replaced on its own
    }
    long mask = (1L << bits) - 1;
    long end =
        Math.min(ExtentTree.MAX_BLOCKS, (range.logicalBlock() + range.blockCount() + mask) & ~mask);
    try (RankedLock.Held lock = inode.locks().inode().exclusive()) {
      inode.status().forgetDisk();
      for (long at = range.logicalBlock() & ~mask; at < end; ) {
        Mapping there = new BlockMapper(inode, volume).map(at, end - at);
        long expected = range.physicalBlock() + (at - range.logicalBlock());
        if (there.isAllocated() && there.physicalBlock() >>> bits != expected >>> bits) {
          left.add(new FastCommitRecord.DeleteRange(inode.inodeNumber(), at, there.blockCount()));
        }
        at += there.blockCount();
      }
    }
    return left;
  }

  private void replace(Inode inode, Mapping there, Mapping wanted, boolean sameBlocks)
      throws IOException {
    ExtentTree tree = new BlockMapper(inode, volume).extents();
    try (Handle handle = start(inode, tree)) {
      try (RankedLock.Held treeLock = inode.locks().extentTree().exclusive()) {
        if (there.isAllocated()) {
          ExtentRemoval removal =
              sameBlocks
                  ? ExtentRemoval.keepingBlocks(tree, volume.allocator())
                  : new ExtentRemoval(tree, volume.allocator());
          removal.remove(handle, wanted.logicalBlock(), wanted.logicalEnd(), GATE, at -> {});
        }
        handle.ensureCredits(ExtentInsertion.credits(tree.depth()), GATE);
        new ExtentInsertion(tree, volume.allocator())
            .add(
                handle,
                wanted.logicalBlock(),
                wanted.physicalBlock(),
                (int) wanted.blockCount(),
                wanted.state() == State.UNWRITTEN);
        inode.status().forgetDisk();
      }
      requireNotFreed(handle, inode, wanted);
      handle.commit();
    }
  }

  /**
   * Checks that the transaction does not free a block of the mapping. Linux uses a freed block
   * again only after a full commit.
   */
  private void requireNotFreed(Handle handle, Inode inode, Mapping wanted)
      throws CorruptionException {
    for (long i = 0; i < wanted.blockCount(); i++) {
      if (handle.freed().contains(wanted.physicalBlock() + i, volume.geometry())) {
        throw new CorruptionException(
            Kind.JOURNAL, inode + ": by the fast commits, a block is freed and used at once");
      }
    }
  }

  void remove(FastCommitRecord.DeleteRange range) throws IOException {
    Inode inode = inodes.get(range.inodeNumber());
    if (inode.has(FileFlag.INLINE_DATA)) {
      return; // the content has moved into the inode, so no block is mapped any more
    }
    requireExtents(inode);
    long end = Math.min(ExtentTree.MAX_BLOCKS, range.logicalBlock() + range.blockCount());
    ExtentTree tree = new BlockMapper(inode, volume).extents();
    try (RankedLock.Held lock = inode.locks().inode().exclusive();
        Handle handle = start(inode, tree)) {
      try (RankedLock.Held treeLock = inode.locks().extentTree().exclusive()) {
        new ExtentRemoval(tree, volume.allocator())
            .remove(handle, range.logicalBlock(), end, GATE, at -> {});
        inode.status().forgetDisk();
      }
      handle.commit();
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the caller closes the handle
  private Handle start(Inode inode, ExtentTree tree) throws IOException {
    Handle handle = volume.journal().start(1 + ExtentInsertion.credits(tree.depth()));
    // The count is 0 again if the replay has deleted the file to which the inode number belonged.
    boolean first = changed.add(inode.inodeNumber());
    if (first || inode.fields().sectors() < SECTORS_MEANWHILE / 2) {
      inode.declare(handle);
      inode.fields().setSectors(SECTORS_MEANWHILE);
      inode.seal();
    }
    return handle;
  }

  private static void requireExtents(Inode inode) throws UnsupportedFeatureException {
    if (!inode.has(FileFlag.EXTENTS)) {
      throw new UnsupportedFeatureException(
          "fast_commit", inode + ": fast commits of a file with a block map cannot be replayed");
    }
  }

  /**
   * Sets the count of sectors of every changed file to the space that is allocated for the file.
   */
  void recount() throws IOException {
    for (long number : changed) {
      Inode inode = inodes.get(number);
      ClusterCount count = new ClusterCount();
      try (RankedLock.Held lock = inode.locks().inode().exclusive();
          Handle handle = volume.journal().start(1)) {
        new BlockMapper(inode, volume).extents().visit(count);
        long clusters = count.clusters + (inode.fields().xattrBlock() != 0 ? 1 : 0);
        int bits = volume.geometry().clusterRatioBits() + volume.geometry().blockSizeBits() - 9;
        inode.declare(handle);
        inode.fields().setSectors(clusters << bits);
        inode.seal();
        handle.commit();
      }
    }
  }

  /**
   * A counter for the clusters of an extent tree. It counts each cluster of the content once, and
   * one cluster for each node outside of the inode.
   */
  private final class ClusterCount implements TreeVisitor {
    private long clusters;
    private long last = -1;

    @Override
    public void node(int level, int depth, long physicalBlock, int entryCount, int capacity) {
      clusters += level > 0 ? 1 : 0;
    }

    @Override
    public void index(int level, long logicalBlock, long childPhysicalBlock) {}

    @Override
    public void extent(
        int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {
      int bits = volume.geometry().clusterRatioBits();
      long from = Math.max(last + 1, logicalBlock >>> bits);
      last = (logicalBlock + blockCount - 1) >>> bits;
      clusters += last - from + 1;
    }
  }
}
