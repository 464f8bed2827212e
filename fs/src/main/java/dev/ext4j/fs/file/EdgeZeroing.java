package dev.ext4j.fs.file;

import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Overwrites with zeros what a range covers of the blocks at its two ends. Only written blocks have
 * bytes to overwrite; holes and unwritten blocks read as zeros already.
 */
final class EdgeZeroing {
  /** Blocks that {@link #zero} changes at most. */
  static final int CREDITS = 2;

  private final BlockMapper mapper;
  private final FileContext context;

  EdgeZeroing(BlockMapper mapper, FileContext context) {
    this.mapper = mapper;
    this.context = context;
  }

  /** Zeroes the partly covered blocks of {@code [byteOffset, byteEnd)}. */
  void zero(Handle handle, long byteOffset, long byteEnd) throws IOException {
    int blockSize = context.geometry().blockSize();
    long mask = blockSize - 1L;
    long firstBlock = byteOffset & ~mask;
    long lastBlock = byteEnd & ~mask;
    if (byteOffset != firstBlock) {
      long to = Math.min(byteEnd, firstBlock + blockSize);
      zeroInBlock(handle, firstBlock, (int) (byteOffset & mask), (int) (to - firstBlock));
    }
    boolean endIsPartial = byteEnd != lastBlock;
    boolean inSameBlock = byteOffset != firstBlock && lastBlock == firstBlock;
    if (endIsPartial && !inSameBlock) {
      zeroInBlock(handle, lastBlock, 0, (int) (byteEnd & mask));
    }
  }

  private void zeroInBlock(Handle handle, long blockByteOffset, int from, int to)
      throws IOException {
    long logicalBlock = blockByteOffset >>> context.geometry().blockSizeBits();
    Mapping mapping = mapper.map(logicalBlock, 1);
    if (mapping.state() != State.WRITTEN) {
      return;
    }
    context.allocator().requireNotMetadata(mapping.physicalBlock(), 1);
    CachedBlock block = context.cache().get(mapping.physicalBlock());
    handle.declare(block, BlockRole.DATA);
    ByteBuffer bytes = block.bytes();
    for (int i = from; i < to; i++) {
      bytes.put(i, (byte) 0);
    }
  }
}
