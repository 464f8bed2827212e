package dev.ext4j.fs.content;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader of the content of a file from the device, directly into the caller's buffer. {@link
 * #read} and {@link #runs} look up the mapping. The caller of these two methods holds the inode
 * lock or the invalidate lock, at least shared.
 */
public final class FileReader {
  private static final byte[] ZEROS = new byte[4096];

  private final Inode inode;
  private final Volume volume;

  /** Creates a reader for an inode of any type. */
  public FileReader(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /**
   * Fills a buffer with the content starting at a byte offset, up to the end of the content.
   *
   * @return the number of bytes read, or -1 if the offset is at or beyond the end of the content
   */
  public int read(long byteOffset, ByteBuffer target) throws IOException {
    long size = inode.size();
    if (byteOffset >= size) {
      return -1;
    }
    int wanted = (int) Math.min(target.remaining(), size - byteOffset);
    if (inode.has(FileFlag.INLINE_DATA)) {
      byte[] stored = new InlineData(inode).content();
      int count = (int) Math.max(0, Math.min(wanted, stored.length - byteOffset));
      target.put(stored, count == 0 ? 0 : (int) byteOffset, count);
      zero(target, wanted - count);
      return wanted;
    }
    return transfer(runs(byteOffset, byteOffset + wanted), byteOffset, byteOffset + wanted, target);
  }

  /** Returns the mapping of the bytes {@code [byteOffset, end)} as successive runs. */
  public List<Mapping> runs(long byteOffset, long end) throws IOException {
    BlockMapper mapper = new BlockMapper(inode, volume);
    int bits = volume.geometry().blockSizeBits();
    List<Mapping> runs = new ArrayList<>();
    for (long block = byteOffset >>> bits; block << bits < end; ) {
      Mapping run = mapper.map(block, ((end - 1) >>> bits) + 1 - block);
      runs.add(run);
      block = run.logicalEnd();
    }
    return runs;
  }

  /**
   * Reads the bytes {@code [byteOffset, end)}, which lie in the given runs. The file may have grown
   * after the runs were looked up. Content that was appended is in pages, not in these runs.
   *
   * @return the number of bytes read
   */
  public int transfer(List<Mapping> runs, long byteOffset, long end, ByteBuffer target)
      throws IOException {
    int bits = volume.geometry().blockSizeBits();
    long at = byteOffset;
    for (Mapping run : runs) {
      int count = (int) (Math.min(end, run.logicalEnd() << bits) - at);
      transfer(run, at - (run.logicalBlock() << bits), count, target);
      at += count;
    }
    return (int) (at - byteOffset);
  }

  /**
   * Reads {@code count} bytes of a run of the mapping, after the first {@code skip} bytes of the
   * run. Holes and unwritten blocks read as zeros.
   */
  public void transfer(Mapping mapping, long skip, int count, ByteBuffer target)
      throws IOException {
    if (mapping.state() != State.WRITTEN) {
      zero(target, count);
      return;
    }
    Geometry geometry = volume.geometry();
    if (!geometry.containsBlocks(mapping.physicalBlock(), mapping.blockCount())) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE, inode + " points to block " + mapping.physicalBlock());
    }
    // Looked up before the read. A block that leaves the journal meanwhile is on the device.
    List<CachedBlock> changed = changedBlocks(mapping, skip, count);
    int start = target.position();
    int limit = target.limit();
    target.limit(start + count);
    volume.device().readFully((mapping.physicalBlock() << geometry.blockSizeBits()) + skip, target);
    target.limit(limit);
    for (CachedBlock block : changed) {
      show(block, mapping, skip, count, target, start);
    }
  }

  /**
   * Returns the blocks of a part of a run whose content is in a transaction and not on the device
   * yet. An operation that began before cannot add to them while this thread has the right to use
   * the mapping. A write that is under way at the same time may, and either content is right.
   */
  private List<CachedBlock> changedBlocks(Mapping mapping, long skip, int count) {
    if (!volume.journal().changesContent()) {
      return List.of();
    }
    List<CachedBlock> blocks = new ArrayList<>();
    int bits = volume.geometry().blockSizeBits();
    long last = (skip + count - 1) >>> bits;
    for (long block = skip >>> bits; block <= last; block++) {
      CachedBlock changed = volume.journal().changedContent(mapping.physicalBlock() + block);
      if (changed != null) {
        blocks.add(changed);
      }
    }
    return blocks;
  }

  /** Copies the bytes of a block into a buffer that holds {@code count} bytes of a run. */
  private void show(
      CachedBlock block, Mapping mapping, long skip, int count, ByteBuffer target, int start) {
    int blockSize = volume.geometry().blockSize();
    long inRun = (block.number() - mapping.physicalBlock()) * blockSize;
    int from = (int) Math.max(0, skip - inRun);
    int to = (int) Math.min(blockSize, skip + count - inRun);
    target.put(start + (int) (inRun + from - skip), block.bytes(), from, to - from);
  }

  private static void zero(ByteBuffer target, int count) {
    int left = count;
    while (left > 0) {
      int piece = Math.min(left, ZEROS.length);
      target.put(ZEROS, 0, piece);
      left -= piece;
    }
  }
}
