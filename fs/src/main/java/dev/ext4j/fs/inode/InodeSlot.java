package dev.ext4j.fs.inode;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.nio.ByteBuffer;

/** The place of an inode in the table, whatever it holds. */
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

  /** Announces a change. */
  public void declare(Handle handle) {
    handle.declare(block, BlockRole.INODE);
  }

  /** The bytes; changes are allowed after {@link #declare}. */
  public ByteBuffer bytes() {
    return block.bytes().slice(byteOffset, geometry.inodeSize()).order(block.bytes().order());
  }

  /** The bytes as an inode. */
  public InodeView view() {
    return new InodeView(geometry, number, block.bytes(), byteOffset);
  }
}
