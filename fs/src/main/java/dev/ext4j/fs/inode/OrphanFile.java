package dev.ext4j.fs.inode;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.OrphanBlock;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.io.IOException;

/**
 * The orphan file (feature orphan_file). It has the same purpose as the {@link OrphanList}. The
 * numbers of the orphan inodes are in slots of the blocks of a hidden file. With it, the kernel can
 * add many inodes at the same time. The slots of all blocks are numbered in one sequence.
 */
public final class OrphanFile {
  /** The number of blocks that {@link #remove} changes. */
  public static final int CREDITS = 1;

  private static final long VERIFIED = 1L << 60;
  private static final int MOST_BLOCKS = 512; // EXT4_MAX_ORPHAN_FILE_BLOCKS

  private final Geometry geometry;
  private final BlockCache cache;
  private final Inode inode;
  private final long[] blockNumbers;
  private final int placesPerBlock;

  /**
   * Opens the orphan file in an inode.
   *
   * @throws CorruptionException with ORPHAN if the size, the type or the link count of the inode is
   *     wrong; if a block of the file is not a written block inside the file system; or if the
   *     magic number or checksum of a block is wrong
   */
  public OrphanFile(Geometry geometry, BlockCache cache, Inode inode) throws IOException {
    this.geometry = geometry;
    this.cache = cache;
    this.inode = inode;
    this.placesPerBlock = OrphanBlock.capacity(geometry);
    long size = inode.fields().size();
    long count = size >>> geometry.blockSizeBits();
    boolean plain = inode.type() == FileType.REGULAR && !inode.has(FileFlag.INLINE_DATA);
    if (!plain
        || count < 1
        || count > MOST_BLOCKS
        || count << geometry.blockSizeBits() != size
        || inode.fields().linkCount() == 0) {
      throw corrupt("is no file of 1 to " + MOST_BLOCKS + " blocks");
    }
    blockNumbers = new long[(int) count];
    walk(this::takeRun);
    for (int i = 0; i < blockNumbers.length; i++) {
      if (blockNumbers[i] == 0) {
        throw corrupt("has a hole at block " + i);
      }
      block(i);
    }
  }

  private void walk(MappingVisitor visitor) throws IOException {
    if (inode.has(FileFlag.EXTENTS)) {
      new ExtentTree(inode, geometry, cache).walk(0, visitor);
    } else {
      new IndirectBlocks(inode, geometry, cache).walk(0, visitor);
    }
  }

  private boolean takeRun(long logical, long physical, long count, State state)
      throws CorruptionException {
    if (state != State.WRITTEN || !geometry.containsBlocks(physical, count)) {
      throw corrupt("does not lie in written blocks at block " + logical);
    }
    for (long i = logical; i < Math.min(logical + count, blockNumbers.length); i++) {
      blockNumbers[(int) i] = physical + (i - logical);
    }
    return logical + count < blockNumbers.length;
  }

  /**
   * Returns the first slot at or after {@code fromPlace} that holds a number, or -1 if there is
   * none.
   */
  public int nextUsed(int fromPlace) throws IOException {
    int end = blockNumbers.length * placesPerBlock;
    for (int place = fromPlace; place < end; place++) {
      if (inodeNumber(place) != 0) {
        return place;
      }
    }
    return -1;
  }

  /** Returns the inode number in a slot, or 0 if the slot is free. */
  public long inodeNumber(int place) throws IOException {
    return view(block(place / placesPerBlock)).inodeNumber(place % placesPerBlock);
  }

  /** Frees a slot. */
  public void remove(Handle handle, int place) throws IOException {
    CachedBlock block = block(place / placesPerBlock);
    handle.declare(block, BlockRole.OTHER);
    OrphanBlock view = view(block);
    view.clear(place % placesPerBlock);
    view.seal(inode.checksumSeed(), block.number());
  }

  private CachedBlock block(int index) throws IOException {
    CachedBlock block = cache.get(blockNumbers[index]);
    if (!block.isVerifiedAs(VERIFIED | block.number())) {
      OrphanBlock view = view(block);
      if (!view.isMagicValid()) {
        throw corrupt("has a wrong magic number in block " + index);
      }
      if (!view.isChecksumValid(inode.checksumSeed(), block.number())) {
        throw corrupt("has a wrong checksum in block " + index);
      }
      block.setVerifiedAs(VERIFIED | block.number());
    }
    return block;
  }

  private OrphanBlock view(CachedBlock block) {
    return new OrphanBlock(block.bytes(), geometry);
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.ORPHAN, "the orphan file, " + inode + ", " + what);
  }
}
