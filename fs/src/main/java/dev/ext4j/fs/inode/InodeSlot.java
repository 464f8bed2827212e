package dev.ext4j.fs.inode;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.nio.ByteBuffer;

/** The slot of an inode in the inode table. The inode may be in use or not. */
public final class InodeSlot {
  private final Geometry geometry;
  private final long number;
  private final CachedBlock block;
  private final int byteOffset;

  InodeSlot(Geometry geometry, long number, CachedBlock block, int byteOffset) {
    this.geometry = geometry;
    this.number = number;
    this.block = block;
    this.byteOffset = byteOffset;
  }

  /** Declares a change of the block that contains the slot. */
  public void declare(Handle handle) {
    handle.declare(block, BlockRole.INODE);
  }

  /** Returns the bytes of the slot. They may be changed after {@link #declare}. */
  public ByteBuffer bytes() {
    return block.bytes().slice(byteOffset, geometry.inodeSize()).order(block.bytes().order());
  }

  /** Returns the bytes as an inode. */
  public InodeView view() {
    return new InodeView(geometry, number, block.bytes(), byteOffset);
  }
}
