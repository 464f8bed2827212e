package dev.ext4j.cli.show;

import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.MappingVisitor;
import java.io.IOException;

/**
 * A visitor of a mapping that prints each run only when the next one arrives, because the last run
 * is printed with a flag. The values of a run are in fields, so that a million runs create no
 * garbage. The values are in bytes.
 */
abstract class MappingRuns implements MappingVisitor {
  final FileStat stat;
  private final int blockSize;
  long logical;
  long physical;
  long length;
  State state = State.HOLE;
  private boolean any;

  MappingRuns(FileStat stat, int blockSize) {
    this.stat = stat;
    this.blockSize = blockSize;
  }

  final void walk(Ext4File file, Holes holes) throws IOException {
    file.inspect().map(holes, this);
    if (any) {
      row(true);
    }
  }

  @Override
  public final boolean visit(long logicalBlock, long physicalBlock, long blockCount, State newState)
      throws IOException {
    if (any) {
      row(false);
    }
    any = true;
    logical = logicalBlock * blockSize;
    physical = physicalBlock * blockSize;
    length = newState == State.INLINE ? stat.size() : blockCount * blockSize;
    state = newState;
    return true;
  }

  /** Prints the run that is in the fields. */
  abstract void row(boolean last) throws IOException;

  /**
   * Returns whether the run has the flag FIEMAP_EXTENT_MERGED. The kernel sets it in files whose
   * blocks are mapped one by one.
   */
  final boolean isMerged() {
    return stat.mappingKind() == MappingKind.INDIRECT && state != State.HOLE;
  }

  final boolean reachesEnd() {
    return logical + length >= stat.size();
  }
}
