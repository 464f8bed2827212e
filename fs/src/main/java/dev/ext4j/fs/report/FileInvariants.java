package dev.ext4j.fs.report;

import dev.ext4j.fs.content.FileReader;
import dev.ext4j.fs.file.ContentCut;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.Violation;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.fs.xattr.AttributeBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A check of the invariants of a file that no operation is changing (I1 to I10 in
 * docs/PROTOCOL.md). The check changes nothing, and enters nothing into the status tree. The main
 * invariants are:
 *
 * <ul>
 *   <li>The mapping on disk is valid. The bitmaps mark its blocks as used, and {@code i_blocks} is
 *       the space of their clusters, in sectors.
 *   <li>The status tree does not contradict the mapping on disk.
 *   <li>A page that is not dirty has the same content as the disk.
 * </ul>
 */
public final class FileInvariants {
  /** {@code EXT4_RESIZE_INO}. */
  private static final long RESIZE_INODE = 7;

  private final Inode inode;
  private final Volume volume;
  private final GroupTable groups;
  private final BlockMapper mapper;
  private final FilePages pages;
  private final int bits;
  private final List<Violation> violations = new ArrayList<>();

  /** Creates a check of a file of any type. No invariant has been checked yet. */
  public FileInvariants(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.groups = volume.groups();
    this.mapper = new BlockMapper(inode, volume);
    this.pages = volume.pages().of(inode);
    this.bits = volume.geometry().blockSizeBits();
  }

  /**
   * Returns the violated invariants. Blocks until no other thread uses the file. Other threads
   * cannot use the file until the check has ended.
   */
  public List<Violation> check() throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive();
        RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive()) {
      inode.transfers().awaitNone();
      List<Page> locked = lockPages();
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        checkLocked();
      } finally {
        for (int i = locked.size() - 1; i >= 0; i--) { // the lock taken last is found fastest
          locked.get(i).unlock();
        }
      }
    }
    return List.copyOf(violations);
  }

  /**
   * Locks all pages. The caller holds the inode lock and the invalidate lock, so no page can be
   * added. While a page is locked, no other thread can begin to write it back.
   */
  private List<Page> lockPages() {
    List<Page> locked = new ArrayList<>();
    for (Page page : pages.in(0, Long.MAX_VALUE)) {
      page.lock();
      page.awaitWritten();
      locked.add(page);
    }
    return locked;
  }

  private void wrong(String invariant, String message) {
    violations.add(new Violation(invariant, message));
  }

  private void checkLocked() throws IOException {
    String fault = inode.status().findFault();
    if (fault != null) {
      wrong("I2", fault);
    }
    if (inode.inodeNumber() == RESIZE_INODE) {
      return; // its metadata blocks share clusters with other structures
    }
    TreeAudit tree = new TreeAudit(volume, groups, this::wrong);
    if (ContentCut.isPossible(inode) && !inode.has(FileFlag.INLINE_DATA)) {
      checkMapping(tree);
    } else if (inode.status().size() > 0) {
      wrong("I1", "blocks are known of a file that has none");
    }
    checkCount(tree);
    checkPages();
    checkPromises();
    if (inode.type() == FileType.REGULAR) {
      checkSizes();
    }
  }

  private void checkMapping(TreeAudit tree) throws IOException {
    StatusAudit status = new StatusAudit(inode.status().entries(), text -> wrong("I1", text));
    MappingVisitor runs =
        (logical, physical, count, state) -> {
          checkEnd(logical, count, state);
          return status.visit(logical, physical, count, state);
        };
    if (mapper.usesExtents()) {
      mapper.extents().visit(tree);
      mapper.extents().walk(0, runs);
    } else {
      List<Long> nodes = new ArrayList<>();
      mapper.indirect().visitNodes(nodes::add);
      for (long node : nodes) {
        tree.use(node);
      }
      mapper
          .indirect()
          .walk(
              0,
              (logical, physical, count, state) -> {
                tree.run(logical, physical, count);
                return runs.visit(logical, physical, count, state);
              });
    }
    status.finish();
  }

  private void checkCount(TreeAudit tree) throws IOException {
    if (inode.fields().xattrBlock() != 0) {
      tree.use(inode.fields().xattrBlock());
    }
    if (valuesLieInInodes()) {
      return; // i_blocks includes the blocks of these values
    }
    long sectors = tree.clusterCount() << (volume.geometry().clusterRatioBits() + bits - 9);
    if (sectors != inode.fields().sectors()) {
      wrong("I9", "i_blocks is " + inode.fields().sectors() + ", " + sectors + " are used");
    }
  }

  private boolean valuesLieInInodes() throws IOException {
    return new AttributeBlock(inode, volume.geometry(), volume.cache(), volume.allocator())
            .firstValueInode()
        != 0;
  }

  /**
   * Checks that no block beyond the end of a file is in the state "written". The first block may be
   * written whatever the size is, because content that was moved out of the inode has one block.
   */
  private void checkEnd(long logicalBlock, long blockCount, State state) {
    long onDisk = inode.fields().size();
    long end = Math.max(1, (onDisk + volume.geometry().blockSize() - 1) >>> bits);
    if (inode.type() == FileType.REGULAR
        && !inode.has(FileFlag.VERITY) // its hashes are beyond the end
        && state == State.WRITTEN
        && logicalBlock + blockCount > end) {
      wrong("I8", "block " + Math.max(end, logicalBlock) + " is written, the size is " + onDisk);
    }
  }

  /**
   * Checks that each delayed block has a dirty page. Checks that the block of each dirty page is
   * allocated or delayed. Checks that each clean page holds the content on disk.
   */
  private void checkPages() throws IOException {
    for (Page page : pages.in(0, Long.MAX_VALUE)) {
      if (page.isWriting()) {
        wrong("I4", page + " is being written");
      }
      Mapping disk = mapper.onDisk(page.logicalBlock()).from(page.logicalBlock(), 1);
      ExtentStatusTree.Known known = inode.status().lookup(page.logicalBlock());
      boolean delayed = known != null && known.mapping().state() == State.DELAYED;
      if (page.isDirty() && !delayed && !disk.isAllocated()) {
        wrong("I3", page + " is dirty, and has no place to go");
      }
      if (!page.isDirty() && page.isFilled()) {
        checkClean(page, disk);
      }
    }
    for (Mapping run = inode.status().nextDelayed(0, Long.MAX_VALUE);
        run != null;
        run = inode.status().nextDelayed(run.logicalEnd(), Long.MAX_VALUE)) {
      for (long block = run.logicalBlock(); block < run.logicalEnd(); block++) {
        Page page = pages.find(block);
        if (page == null || !page.isDirty()) {
          wrong("I3", "block " + block + " is delayed, and no page is dirty there");
        }
      }
    }
  }

  /**
   * Checks that a clean page holds the content on disk. Bytes after the end of the file do not
   * matter.
   */
  private void checkClean(Page page, Mapping disk) throws IOException {
    int blockSize = volume.geometry().blockSize();
    ByteBuffer bytes = ByteBuffer.allocate(blockSize);
    new FileReader(inode, volume).transfer(disk, 0, blockSize, bytes);
    long inFile = inode.size() - (page.logicalBlock() << bits);
    int count = (int) Math.max(0, Math.min(blockSize, inFile));
    if (!bytes.slice(0, count).equals(page.content().slice(0, count))) {
      wrong("I10", page + " is clean, and differs from " + disk);
    }
  }

  /**
   * Checks that space is promised for each cluster that has delayed blocks but no allocated block.
   */
  private void checkPromises() throws IOException {
    int ratioBits = volume.geometry().clusterRatioBits();
    Set<Long> withSpace = new TreeSet<>();
    long clusters = 0;
    long last = -1;
    for (Mapping run = inode.status().nextDelayed(0, Long.MAX_VALUE);
        run != null;
        run = inode.status().nextDelayed(run.logicalEnd(), Long.MAX_VALUE)) {
      long lastOfRun = (run.logicalEnd() - 1) >>> ratioBits;
      for (long c = Math.max(last + 1, run.logicalBlock() >>> ratioBits); c <= lastOfRun; c++) {
        clusters++;
        if (ratioBits > 0 && hasBlocks(c)) {
          withSpace.add(c);
        }
      }
      last = lastOfRun;
    }
    Set<Long> pending = inode.status().pendingClusters();
    if (!pending.equals(withSpace)) {
      wrong("I5", "pending are " + new TreeSet<>(pending) + " instead of " + withSpace);
    }
    long reserved = inode.reservedClusters().get();
    if (reserved != clusters - withSpace.size()) {
      wrong(
          "I5",
          "promised are " + reserved + " clusters instead of " + (clusters - withSpace.size()));
    }
  }

  private boolean hasBlocks(long cluster) throws IOException {
    int ratioBits = volume.geometry().clusterRatioBits();
    long end = (cluster + 1) << ratioBits;
    for (long at = cluster << ratioBits; at < end; ) {
      Mapping there = mapper.onDisk(at);
      if (there.isAllocated()) {
        return true;
      }
      at = there.logicalEnd();
    }
    return false;
  }

  private void checkSizes() throws IOException {
    long onDisk = inode.fields().size();
    if (onDisk > inode.size()) {
      wrong("I8", "the size on disk is " + onDisk + ", that of the file " + inode.size());
    }
    if (onDisk < inode.size() && pages.nextDirty(onDisk >>> bits, Long.MAX_VALUE) < 0) {
      wrong("I8", "the size is " + inode.size() + ", on disk " + onDisk + ", and nothing is dirty");
    }
  }
}
