package dev.ext4j.fs.campaign;

import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.TreeVisitor;

/** Visitors that look at everything and keep nothing. */
final class Ignoring implements TreeVisitor, JournalVisitor {
  private static final int MOST_RUNS = 2000;

  /** Returns a visitor that ends a walk after a number of runs, as a caller may do. */
  static MappingVisitor runs() {
    int[] runs = {0};
    return (logical, physical, count, state) -> ++runs[0] < MOST_RUNS;
  }

  @Override
  public void node(int level, int depth, long block, int entryCount, int capacity) {}

  @Override
  public void index(int level, long logicalBlock, long childPhysicalBlock) {}

  @Override
  public void extent(
      int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}

  @Override
  public void transaction(Transaction transaction) {}

  @Override
  public void block(LoggedBlock block) {
    block.owner().describe();
  }

  @Override
  public void revoke(long logBlock, long block) {}

  @Override
  public void end(End end) {}

  @Override
  public void change(Change change) {}

  @Override
  public void fastCommitEnd(End end) {}
}
