package dev.ext4j.fs.mapping;

import dev.ext4j.fs.model.MappingVisitor;
import java.io.IOException;

/**
 * A visitor that passes the allocated runs of a file, and the gaps between them, to another
 * visitor.
 */
public final class WithHoles implements MappingVisitor {
  private final MappingVisitor visitor;
  private long end;
  private boolean ended;

  /**
   * Creates a visitor that has received no run yet.
   *
   * @param visitor receives the runs and the gaps
   */
  public WithHoles(MappingVisitor visitor) {
    this.visitor = visitor;
  }

  @Override
  public boolean visit(long logicalBlock, long physicalBlock, long blockCount, State state)
      throws IOException {
    if (logicalBlock > end) {
      ended = !visitor.visit(end, 0, logicalBlock - end, State.HOLE);
    }
    end = logicalBlock + blockCount;
    ended = ended || !visitor.visit(logicalBlock, physicalBlock, blockCount, state);
    return !ended;
  }

  /**
   * Passes the gap after the last run to the visitor. The gap ends before the block {@code blocks}.
   */
  public void finish(long blocks) throws IOException {
    if (!ended && blocks > end) {
      visitor.visit(end, 0, blocks - end, State.HOLE);
    }
  }
}
