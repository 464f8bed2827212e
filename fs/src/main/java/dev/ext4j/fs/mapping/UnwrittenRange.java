package dev.ext4j.fs.mapping;

import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentPath;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.UnwrittenSweep;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The allocation of each block of a range. Holes are filled with unwritten blocks. Written blocks
 * stay written or become unwritten, as the caller requests. The file is consistent after each step.
 */
public final class UnwrittenRange {
  private final Inode inode;
  private final Volume volume;
  private final BlockMapper mapper;

  /**
   * Creates an object that allocates ranges of a file with extents. When {@link #allocate} is
   * called, the range must have no pages, and no direct transfer of the file may be under way.
   *
   * @param mapper the mapper of the same inode
   */
  public UnwrittenRange(Inode inode, Volume volume, BlockMapper mapper) {
    this.inode = inode;
    this.volume = volume;
    this.mapper = mapper;
  }

  /** A function that creates the gate for restarts while the tree lock is held. */
  @FunctionalInterface
  public interface Gates {
    /** Returns a gate that releases the tree lock during a restart. */
    Handle.RestartGate giving(RankedLock.Held tree);
  }

  private static int stepCredits(int depth) {
    return Math.max(ExtentInsertion.creditsToConvert(depth), HoleFilling.credits(depth));
  }

  /**
   * Allocates {@code [first, end)}. Takes the tree lock.
   *
   * @param forgetContent whether written blocks become unwritten
   * @param gates creates the gate that releases the tree lock during a restart of the handle
   */
  public void allocate(
      Handle handle,
      long first,
      long end,
      boolean forgetContent,
      Gates gates,
      ProgressListener progress)
      throws IOException {
    HoleFilling filling = new HoleFilling(inode, volume, mapper);
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive();
        MappingChange change = MappingChange.begin(inode, volume, first, end)) {
      Handle.RestartGate gate = gates.giving(tree);
      ExtentTree extents = mapper.extents();
      ExtentInsertion insertion = new ExtentInsertion(extents, volume.allocator());
      if (forgetContent) {
        new UnwrittenSweep(extents, volume.allocator()).sweep(handle, first, end, gate);
      }
      for (long at = first; at < end; ) {
        extents.ensureCredits(handle, UnwrittenRange::stepCredits, gate);
        ExtentPath place = extents.find(at);
        Mapping there = place.mapping(at).from(at, end - at);
        if (there.state() == State.HOLE) {
          there = filling.fill(handle, place, there, true);
          if (volume.geometry().clusterRatioBits() > 0) {
            // Delayed blocks that share the cluster no longer need reserved space.
            inode.status().insert(there);
          }
        } else if (there.state() == State.WRITTEN && forgetContent) {
          int count = insertion.convert(handle, place, at, there.blockCount(), true);
          there = new Mapping(at, there.physicalBlock(), count, State.UNWRITTEN);
        }
        at = there.logicalEnd();
        progress.progress(at - first, end - first);
      }
      change.finish(status -> status.remove(first, end));
    }
  }
}
