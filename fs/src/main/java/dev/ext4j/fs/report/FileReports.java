package dev.ext4j.fs.report;

import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.FileInspection;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.inspect.PunchPlan;
import dev.ext4j.fs.inspect.Violation;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.util.List;

/** The inspection of one file of an open image. */
public final class FileReports implements FileInspection {
  private final Mount mount;
  private final long inodeNumber;

  /**
   * Creates the reports on a file. This object keeps only the inode number. Each report looks up
   * the inode again.
   */
  public FileReports(Mount mount, long inodeNumber) {
    this.mount = mount;
    this.inodeNumber = inodeNumber;
  }

  private Inode inode() throws IOException {
    return mount.inodes().get(inodeNumber);
  }

  @Override
  public void map(Holes holes, MappingVisitor visitor) throws IOException {
    Inode inode = writtenBack();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (InodeSnapshot.mappingKind(inode) != MappingKind.NONE) {
        new MapReport(inode, mount.volume()).walk(holes == Holes.SHOWN, visitor);
      }
    }
  }

  @Override
  public void tree(TreeVisitor visitor) throws IOException {
    Inode inode = writtenBack();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (InodeSnapshot.mappingKind(inode) == MappingKind.EXTENTS) {
        try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
          new BlockMapper(inode, mount.volume()).extents().visit(visitor);
        }
      }
    }
  }

  @Override
  public void status(MappingVisitor visitor) throws IOException {
    for (Mapping entry : inode().status().entries()) {
      boolean more =
          visitor.visit(
              entry.logicalBlock(), entry.physicalBlock(), entry.blockCount(), entry.state());
      if (!more) {
        return;
      }
    }
  }

  @Override
  public void precache() throws IOException {
    Inode inode = inode();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      MappingKind kind = InodeSnapshot.mappingKind(inode);
      if (kind == MappingKind.EXTENTS || kind == MappingKind.INDIRECT) {
        new BlockMapper(inode, mount.volume()).precache();
      }
    }
  }

  @Override
  public List<Violation> verify() throws IOException {
    return new FileInvariants(inode(), mount.volume()).check();
  }

  @Override
  public PunchPlan planPunch(long byteOffset, long byteCount) throws IOException {
    return mount.onTrial(
        (copy, options) ->
            new PunchPlanner(copy, options, inodeNumber).plan(byteOffset, byteCount));
  }

  /** Writes dirty pages back, so that a walk over the mapping on disk is complete. */
  private Inode writtenBack() throws IOException {
    Inode inode = inode();
    if (inode.type() == FileType.REGULAR) {
      new FileContent(inode, mount.volume()).writeBack();
    }
    return inode;
  }
}
