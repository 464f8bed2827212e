package dev.ext4j.fs.mapping;

import dev.ext4j.fs.model.MappingVisitor;
import java.io.IOException;

/** Shows the allocated runs of a file, and the gaps before and between them, to another visitor. */
public final class WithHoles implements MappingVisitor {
  private final MappingVisitor visitor;
  private long end;
  private boolean ended;

  /** Creates a visitor that passes runs and gaps to another visitor. */
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

  /** Shows the rest up to a block as a gap. */
  public void finish(long blocks) throws IOException {
    if (!ended && blocks > end) {
      visitor.visit(end, 0, blocks - end, State.HOLE);
    }
  }
}
