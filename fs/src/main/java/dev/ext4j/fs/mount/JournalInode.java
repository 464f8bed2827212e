package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The log in the blocks of the journal inode. */
final class JournalInode implements LogArea {
  private final BlockDevice device;
  private final Geometry geometry;
  private final NavigableMap<Long, Mapping> runs = new TreeMap<>();
  private final NavigableMap<Long, Mapping> byPhysicalBlock = new TreeMap<>();
  private final long blockCount;

  JournalInode(BlockDevice device, Geometry geometry, BlockCache cache, Inode inode)
      throws IOException {
    this.device = device;
    this.geometry = geometry;
    MappingVisitor collect =
        (logical, physical, count, state) -> {
          if (!geometry.containsBlocks(physical, count)) {
            throw corrupt("lies outside the file system");
          }
          Mapping run = new Mapping(logical, physical, count, state);
          runs.put(logical, run);
          byPhysicalBlock.put(physical, run);
          return true;
        };
    if (inode.has(FileFlag.EXTENTS)) {
      new ExtentTree(inode, geometry, cache).walk(0, collect);
    } else {
      new IndirectBlocks(inode, geometry, cache).walk(0, collect);
    }
    blockCount = inode.fields().size() >>> geometry.blockSizeBits();
  }

  @Override
  public long blockCount() {
    return blockCount;
  }

  @Override
  public boolean occupies(long fileSystemBlock) {
    var run = byPhysicalBlock.floorEntry(fileSystemBlock);
    return run != null && fileSystemBlock < run.getKey() + run.getValue().blockCount();
  }

  @Override
  public BlockDevice device() {
    return device;
  }

  @Override
  public void write(long i, ByteBuffer blocks) throws IOException {
    int end = blocks.limit();
    for (long block = i; blocks.position() < end; ) {
      Mapping run = run(block);
      int left = (end - blocks.position()) >>> geometry.blockSizeBits();
      int count = (int) Math.min(left, run.logicalEnd() - block);
      blocks.limit(blocks.position() + (count << geometry.blockSizeBits()));
      device.writeFully(byteOffset(block), blocks);
      blocks.limit(end);
      block += count;
    }
  }

  @Override
  public long byteOffset(long i) throws CorruptionException {
    Mapping run = run(i);
    return (run.physicalBlock() + (i - run.logicalBlock())) << geometry.blockSizeBits();
  }

  private Mapping run(long i) throws CorruptionException {
    var run = runs.floorEntry(i);
    if (run == null || run.getValue().logicalEnd() <= i) {
      throw corrupt("has a hole at block " + i);
    }
    return run.getValue();
  }

  private static CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.JOURNAL, "the journal " + what);
  }
}
