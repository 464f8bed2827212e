package dev.ext4j.fs.report;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.WithHoles;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * A report that passes the whole mapping of a file to a visitor, like the Linux call FIEMAP. It can
 * pass the holes as well.
 */
public final class MapReport {
  private final Inode inode;
  private final Volume volume;

  /** Creates a report on an inode that has a mapping. Nothing is read yet. */
  public MapReport(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /**
   * Passes the mapping to a visitor. The caller holds the inode lock.
   *
   * @param holes whether holes up to the end of the file are passed as well
   */
  public void walk(boolean holes, MappingVisitor visitor) throws IOException {
    if (inode.has(FileFlag.INLINE_DATA)) {
      visitor.visit(0, 0, 1, State.INLINE);
      return;
    }
    BlockMapper mapper = new BlockMapper(inode, volume);
    if (!holes) {
      mapper.walk(0, visitor);
      return;
    }
    WithHoles filled = new WithHoles(visitor);
    mapper.walk(0, filled);
    int bits = volume.geometry().blockSizeBits();
    long blocks = (inode.size() + volume.geometry().blockSize() - 1) >>> bits;
    filled.finish(Math.min(blocks, ExtentTree.MAX_BLOCKS));
  }
}
