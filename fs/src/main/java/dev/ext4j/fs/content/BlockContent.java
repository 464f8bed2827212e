package dev.ext4j.fs.content;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A writer that copies bytes of a caller's buffer to blocks of the device. Whole blocks that bypass
 * the journal are written in one transfer.
 */
public final class BlockContent {
  private final Volume volume;
  private final int blockSize;
  private @Nullable ByteBuffer padded;

  /**
   * Creates a writer to the blocks of a volume. Only one thread at a time may use it, because it
   * has one buffer for partly covered blocks.
   */
  public BlockContent(Volume volume) {
    this.volume = volume;
    this.blockSize = volume.geometry().blockSize();
  }

  /**
   * Writes new blocks, which no mapping makes visible yet. The source may cover only a part of the
   * first and of the last block. The other bytes of these two blocks become zero.
   *
   * @param blockCount the number of blocks, each of which gets bytes of the source
   * @param inBlock the byte position in the first block to which the first byte of the source goes
   * @return the number of bytes taken from the source
   */
  public long writeNew(long firstBlock, long blockCount, int inBlock, ByteBuffer source)
      throws IOException {
    long taken = Math.min(source.remaining(), blockCount * blockSize - inBlock);
    ByteBuffer left = source.slice(source.position(), (int) taken);
    long block = firstBlock;
    if (inBlock != 0 || taken < blockSize) {
      writePadded(block++, inBlock, left);
    }
    int whole = left.remaining() / blockSize;
    if (whole > 0) {
      ByteBuffer middle = left.slice(left.position(), whole * blockSize);
      volume.cache().writePast(block, middle);
      left.position(left.position() + whole * blockSize);
      block += whole;
    }
    if (left.hasRemaining()) {
      writePadded(block, 0, left);
    }
    return taken;
  }

  private void writePadded(long block, int inBlock, ByteBuffer source) throws IOException {
    ByteBuffer content = padded;
    if (content == null) {
      content = ByteBuffer.allocateDirect(blockSize);
      padded = content;
    }
    int count = Math.min(source.remaining(), blockSize - inBlock);
    content.clear();
    clear(content);
    content.put(inBlock, source, source.position(), count);
    source.position(source.position() + count);
    volume.cache().writePast(block, content);
  }

  private void clear(ByteBuffer block) {
    for (int i = 0; i < blockSize; i += Long.BYTES) {
      block.putLong(i, 0);
    }
  }

  /**
   * Overwrites blocks as a part of a transaction.
   *
   * @param unwritten whether the blocks are unwritten; if so, their bytes that the source does not
   *     cover become zero
   * @return the number of bytes taken from the source
   */
  public long writeLogged(
      Handle handle,
      long firstBlock,
      long blockCount,
      int inBlock,
      ByteBuffer source,
      boolean unwritten)
      throws IOException {
    int start = source.position();
    int at = inBlock;
    for (long block = firstBlock;
        block < firstBlock + blockCount && source.hasRemaining();
        block++) {
      int count = Math.min(source.remaining(), blockSize - at);
      CachedBlock cached = volume.cache().get(block);
      handle.declare(cached, BlockRole.DATA);
      if (unwritten && count < blockSize) {
        clear(cached.bytes());
      }
      cached.bytes().put(at, source, source.position(), count);
      source.position(source.position() + count);
      at = 0;
    }
    return (long) source.position() - start;
  }

  /**
   * Overwrites whole blocks on the device, bypassing the journal.
   *
   * @return the number of bytes taken from the source
   */
  public long writeInPlace(long firstBlock, long blockCount, ByteBuffer source) throws IOException {
    int count = (int) (blockCount * blockSize);
    volume.cache().writePast(firstBlock, source.slice(source.position(), count));
    return count;
  }
}
