package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A reader of single inodes in any order. Each thread needs its own instance. */
public final class InodeReader {
  private final FsckState state;
  private final Geometry geometry;
  private final ByteBuffer block;
  private final InodeRecord record;
  private long inBuffer = -1;

  /** Creates a reader that keeps the last block read of the inode table. */
  public InodeReader(FsckState state) {
    this.state = state;
    this.geometry = state.image().geometry();
    this.block = CheckedImage.buffer(geometry.blockSize());
    this.record = new InodeRecord(geometry);
  }

  /**
   * Returns the record of an inode, or null if its inode table is outside the file system. The
   * record is valid until the next call.
   */
  @org.jspecify.annotations.Nullable
  public InodeRecord read(long inode) throws IOException {
    int perBlock = geometry.blockSize() / geometry.inodeSize();
    long index = (inode - 1) % geometry.inodesPerGroup();
    long table =
        state.groups().descriptor(state.groupOf(inode)).inodeTableBlock() + index / perBlock;
    if (!state.image().contains(table, 1)) {
      return null;
    }
    if (table != inBuffer) {
      state.image().readBlock(table, block);
      inBuffer = table;
    }
    record.moveTo(block, (int) (index % perBlock) * geometry.inodeSize(), inode);
    return record;
  }
}
