package dev.ext4j.fs.content;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An operation that zeroes the two ends of a byte range, where the range covers only a part of a
 * block. Only written blocks have bytes to overwrite; holes and unwritten blocks read as zeros
 * already.
 */
public final class EdgeZeroing {
  /** The largest number of blocks that {@link #zero} changes. */
  public static final int CREDITS = 2;

  private final BlockMapper mapper;
  private final Volume volume;

  /**
   * Creates a zeroing for one file. {@link #zero} looks up the mapping, so its caller holds the
   * inode lock or the invalidate lock.
   *
   * @param mapper the mapper of the file
   */
  public EdgeZeroing(BlockMapper mapper, Volume volume) {
    this.mapper = mapper;
    this.volume = volume;
  }

  /**
   * Zeroes the bytes of {@code [byteOffset, byteEnd)} that lie in partly covered blocks.
   *
   * @return whether a block had to be changed
   */
  public boolean zero(Handle handle, long byteOffset, long byteEnd) throws IOException {
    boolean changed = false;
    int blockSize = volume.geometry().blockSize();
    long mask = blockSize - 1L;
    long firstBlock = byteOffset & ~mask;
    long lastBlock = byteEnd & ~mask;
    if (byteOffset != firstBlock) {
      long to = Math.min(byteEnd, firstBlock + blockSize);
      changed = zeroInBlock(handle, firstBlock, (int) (byteOffset & mask), (int) (to - firstBlock));
    }
    boolean endIsPartial = byteEnd != lastBlock;
    boolean inSameBlock = byteOffset != firstBlock && lastBlock == firstBlock;
    if (endIsPartial && !inSameBlock) {
      changed |= zeroInBlock(handle, lastBlock, 0, (int) (byteEnd & mask));
    }
    return changed;
  }

  private boolean zeroInBlock(Handle handle, long blockByteOffset, int from, int to)
      throws IOException {
    long logicalBlock = blockByteOffset >>> volume.geometry().blockSizeBits();
    Mapping mapping = mapper.map(logicalBlock, 1);
    if (mapping.state() != State.WRITTEN) {
      return false;
    }
    volume.allocator().requireNotMetadata(mapping.physicalBlock(), 1);
    CachedBlock block = volume.cache().get(mapping.physicalBlock());
    ByteBuffer bytes = block.bytes();
    int first = from;
    while (first < to && bytes.get(first) == 0) {
      first++;
    }
    if (first == to) {
      return false;
    }
    handle.declare(block, BlockRole.DATA);
    for (int i = first; i < to; i++) {
      bytes.put(i, (byte) 0);
    }
    return true;
  }
}
