package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.dir.DirectoryRuns;
import dev.ext4j.fs.fsck.state.BlockClaims;
import dev.ext4j.fs.fsck.state.BlockUse;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.Counts;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import dev.ext4j.fs.fsck.state.ResizeReserve;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A check of mappings, one inode after another. It claims the blocks of the inode, and compares the
 * size and the block count of the inode with these blocks. Each thread needs its own instance.
 */
public final class MappingCheck {
  private static final int SECTOR_BITS = 9;
  private static final int WORDS = 15;
  private static final int DOUBLE_INDIRECT = 13;
  private static final int LOGICAL_BITS = 32;

  private final CheckedImage image;
  private final Geometry geometry;
  private final ProblemLog log;
  private final DirectoryRuns.Found found;
  private final Counts statistics;
  private final int preallocated;
  private final long mostIndirectBlocks;
  private final BlockClaims claims;
  private final AtomicReference<@Nullable ResizeReserve> resizeReserve;
  private final BlockUse use;
  private final BlockUse.RunListener counter = this::countRun;
  private final ExtentWalk extents;
  private final IndirectWalk indirect;

  private long attributeBlocks;
  private long runs;
  private long firstBlock;
  private long mappedBlocks;
  private long nextDirectoryBlock;
  private long directoryBlocks;
  private long firstHole;
  private long inodeNumber;

  /**
   * Creates an instance for walks only. The runs of directories that the walks find are dropped.
   */
  public MappingCheck(FsckState state) {
    this(state, new DirectoryRuns.Found(state.memory()));
  }

  MappingCheck(FsckState state, DirectoryRuns.Found found) {
    this.image = state.image();
    this.geometry = image.geometry();
    this.log = state.log();
    this.claims = state.claims();
    this.resizeReserve = state.resizeReserve();
    this.found = found;
    this.statistics = state.statistics();
    this.preallocated = image.superblock().preallocatedDirectoryBlocks();
    long ratio = geometry.clusterRatio();
    this.use = new BlockUse((geometry.blockCount() + ratio - 1) / ratio * ratio);
    this.extents = new ExtentWalk(image, state.claims(), log, use);
    this.indirect = new IndirectWalk(image, state.claims(), log, use);
    long pointers = geometry.blockSize() / Integer.BYTES;
    this.mostIndirectBlocks = 12 + pointers + pointers * pointers + pointers * pointers * pointers;
  }

  /**
   * Sets the number of blocks of extended attributes that the block count of the current inode
   * includes.
   */
  void setAttributeBlocks(long count) {
    attributeBlocks = count;
  }

  /** Returns whether {@code i_block} begins with a valid header of an extent tree. */
  boolean looksLikeExtents(InodeRecord inode) {
    inode.copyBlockArea(extents.root());
    return extents.isRootSound();
  }

  /** Returns whether any word of {@code i_block} is set. */
  boolean hasPointers(InodeRecord inode) {
    for (int i = 0; i < WORDS; i++) {
      if (inode.blockWord(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks a regular file, or a hidden inode.
   *
   * @param mapped whether its mapping can be walked
   * @param withSize whether to check its size
   */
  void file(InodeRecord inode, boolean mapped, boolean withSize) throws IOException {
    use.clear();
    runs = 0;
    boolean inline = inode.hasFlag(FileFlag.INLINE_DATA);
    if (mapped && !inline) {
      walk(inode, false, counter);
    }
    blockCount(inode);
    if (mapped && withSize) {
      size(inode);
    }
    statistics.addFragments(runs);
  }

  /** Checks a reserved inode that is not in use. It must not map any block. */
  void idle(InodeRecord inode) {
    use.clear();
    blockCount(inode);
    size(inode);
  }

  private void countRun(long logical, long physical, long count) {
    if (logical >= 0) {
      runs++;
    }
  }

  private void size(InodeRecord inode) {
    long size = inode.size();
    int bits = geometry.blockSizeBits();
    boolean extentMapped = inode.hasFlag(FileFlag.EXTENTS);
    boolean wrong;
    if (use.isTooLarge()) {
      return; // the walk has stopped before the end of the mapping
    }
    if (use.lastWritten() >= 0
        && size < use.lastWritten() << bits
        && !inode.hasFlag(FileFlag.VERITY)) {
      wrong = true;
    } else if (extentMapped) {
      wrong = size < 0 || size >>> bits >>> LOGICAL_BITS != 0;
    } else {
      wrong = size < 0 || (size >>> bits) > mostIndirectBlocks;
    }
    if (wrong) {
      log.add(
          Problem.of(ProblemCode.SIZE_WRONG, inode.number())
              .found(size)
              .expected((use.lastWritten() + 1) << bits));
    }
  }

  /**
   * Checks an inode of another type. It has only blocks of extended attributes, or of the target of
   * a long symbolic link.
   */
  void blocksOf(InodeRecord inode, boolean mapped) throws IOException {
    use.clear();
    if (mapped) {
      walk(inode, false, counter);
    }
    blockCount(inode);
  }

  /** Checks the inode that lists bad blocks. No other inode and no metadata may use one of them. */
  void badBlocks(InodeRecord inode) throws IOException {
    use.clear();
    walk(
        inode,
        false,
        WalkMode.REPORT,
        (logical, physical, count) -> {
          for (long block = physical; block < physical + count; block++) {
            if (claims.metadata().touches(block, 1)) {
              log.add(Problem.of(ProblemCode.METADATA_ON_BAD_BLOCK).block(block));
            } else {
              claims.claim(block, 1);
            }
          }
        });
  }

  /**
   * Returns the physical block of logical block 0 of a file, or 0 if there is none. Claims nothing.
   */
  long onlyBlock(InodeRecord inode) throws IOException {
    use.clear();
    firstBlock = 0;
    mappedBlocks = 0;
    walkAgain(
        inode,
        false,
        (logical, physical, count) -> {
          if (logical == 0) {
            firstBlock = physical;
          }
          if (logical >= 0) {
            mappedBlocks += count;
          }
        });
    return firstBlock;
  }

  /**
   * Returns the physical block of logical block 0 of the directory that was checked last, or 0 if
   * there is none.
   */
  long firstDirectoryBlock() {
    return firstBlock;
  }

  /**
   * Returns whether the directory that was checked last has blocks in at least a quarter of its
   * logical range, none of which was claimed before. Otherwise the memory for its hash tree would
   * not be proportional to the number of its blocks.
   */
  boolean isDirectoryWhole() {
    return use.repeated() == 0 && directoryBlocks >= (use.lastLogical() + 1) / 4;
  }

  /** Returns the number of blocks that {@link #onlyBlock} has found. */
  long mappedBlocks() {
    return mappedBlocks;
  }

  /**
   * Checks a directory.
   *
   * @return the number of its logical blocks, holes included; 0 if its mapping cannot be walked or
   *     it maps no blocks
   */
  long directory(InodeRecord inode, boolean mapped, XattrCheck attributes) throws IOException {
    use.clear();
    inodeNumber = inode.number();
    nextDirectoryBlock = 0;
    directoryBlocks = 0;
    firstHole = -1;
    firstBlock = 0;
    boolean inline = inode.hasFlag(FileFlag.INLINE_DATA);
    long before = found.count();
    if (mapped && !inline) {
      walk(inode, true, this::directoryRun);
      if (use.repeated() > 0 && !claims.mayRepeat(use.repeated())) {
        found.truncate(before); // too many blocks that were claimed before would be read again
      }
    }
    blockCount(inode);
    if (!mapped) {
      return 0;
    }
    if (inline) {
      long expected = (long) InodeView.BLOCK_AREA_SIZE + attributes.inlineSize();
      if (inode.sizeLow() != expected) {
        log.add(
            Problem.of(ProblemCode.SIZE_WRONG, inodeNumber)
                .found(inode.sizeLow())
                .expected(expected));
      }
      if ((inode.sizeLow() & 3) != 0) {
        log.add(Problem.of(ProblemCode.INLINE_DIRECTORY_SIZE, inodeNumber).found(inode.sizeLow()));
      }
      return 0;
    }
    if (use.lastLogical() < 0) {
      log.add(Problem.of(ProblemCode.DIRECTORY_EMPTY, inodeNumber));
      return 0;
    }
    if (!use.isTooLarge()) {
      directorySize(inode);
    }
    return use.lastLogical() + 1;
  }

  private void directorySize(InodeRecord inode) {
    long size = inode.size();
    long blocks = size >>> geometry.blockSizeBits();
    long mappedEnd = use.lastLogical() + 1;
    if (size < 0
        || (size & geometry.blockSize() - 1) != 0
        || blocks > mappedEnd
        || mappedEnd - blocks > preallocated) {
      log.add(
          Problem.of(ProblemCode.SIZE_WRONG, inodeNumber)
              .found(size)
              .expected(mappedEnd << geometry.blockSizeBits()));
    }
    if (firstHole >= 0) {
      log.add(Problem.of(ProblemCode.DIRECTORY_HOLE, inodeNumber).logical(firstHole));
    }
  }

  private void directoryRun(long logical, long physical, long count) {
    if (logical < 0) {
      return;
    }
    if (logical > nextDirectoryBlock && firstHole < 0) {
      firstHole = nextDirectoryBlock;
    }
    nextDirectoryBlock = logical + count;
    directoryBlocks += count;
    if (logical == 0) {
      firstBlock = physical;
    }
    found.add(inodeNumber, logical, physical, count);
  }

  private void blockCount(InodeRecord inode) {
    if (use.isTooLarge()) {
      return;
    }
    boolean huge = geometry.features().has(RoCompatFeature.HUGE_FILE);
    long stated = inode.blocksLow() | (huge ? (long) inode.blocksHigh() << 32 : 0);
    long expected = use.blocks() + attributeBlocks;
    if (!huge || !inode.hasFlag(FileFlag.HUGE_FILE)) {
      expected <<= geometry.blockSizeBits() - SECTOR_BITS;
    }
    if (stated != expected) {
      log.add(
          Problem.of(ProblemCode.BLOCK_COUNT_WRONG, inode.number())
              .found(stated)
              .expected(expected));
    }
  }

  private void walk(InodeRecord inode, boolean directory, BlockUse.RunListener listener)
      throws IOException {
    walk(inode, directory, WalkMode.CLAIM, listener);
    if (use.isTooLarge()) {
      log.add(Problem.of(ProblemCode.MAPPING_TOO_LARGE, inode.number()));
    }
  }

  /** Walks the mapping without claiming or reporting anything. */
  public void walkAgain(InodeRecord inode, boolean directory, BlockUse.RunListener listener)
      throws IOException {
    walk(inode, directory, WalkMode.LOOK, listener);
  }

  private void walk(
      InodeRecord inode, boolean directory, WalkMode mode, BlockUse.RunListener listener)
      throws IOException {
    if (inode.hasFlag(FileFlag.EXTENTS)) {
      inode.copyBlockArea(extents.root());
      extents.walk(inode, directory, inode.size(), mode, listener);
    } else {
      boolean resize = inode.number() == ReservedInodes.RESIZE;
      ResizeReserve reserve = resize && mode == WalkMode.CLAIM ? resizeReserve.get() : null;
      if (reserve != null) {
        claims.claim(inode.blockWord(DOUBLE_INDIRECT), 1);
        use.count(reserve.blockCount());
        use.reach(reserve.lastLogical(), true);
        return;
      }
      indirect.walk(inode, directory, resize, mode, listener);
    }
  }
}
