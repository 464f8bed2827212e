package dev.ext4j.fs.report;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.util.List;
import java.util.function.Consumer;

/**
 * A comparison of the status tree with the mapping on disk (I1). It receives the runs of the
 * mapping on disk in ascending order of their logical blocks. Runs that are allocated in the status
 * tree must have the same blocks on disk. Runs that are holes or delayed in the status tree must
 * not be allocated on disk.
 */
final class StatusAudit implements MappingVisitor {
  private final List<Mapping> entries;
  private final Consumer<String> wrong;
  private int at;
  private long covered;

  /**
   * Creates a comparison that has received no run of the mapping on disk yet.
   *
   * @param entries the entries of the status tree, in ascending order of their logical blocks
   * @param wrong the callback that receives a message for each contradiction found
   */
  StatusAudit(List<Mapping> entries, Consumer<String> wrong) {
    this.entries = entries;
    this.wrong = wrong;
  }

  @Override
  public boolean visit(long logicalBlock, long physicalBlock, long blockCount, State state) {
    Mapping disk = new Mapping(logicalBlock, physicalBlock, blockCount, state);
    while (at < entries.size() && entries.get(at).logicalBlock() < disk.logicalEnd()) {
      Mapping entry = entries.get(at);
      if (entry.logicalEnd() > disk.logicalBlock()) {
        compare(entry, disk);
      }
      if (entry.logicalEnd() > disk.logicalEnd()) {
        break;
      }
      leave(entry);
    }
    return true;
  }

  private void compare(Mapping entry, Mapping disk) {
    long first = Math.max(entry.logicalBlock(), disk.logicalBlock());
    long end = Math.min(entry.logicalEnd(), disk.logicalEnd());
    covered += end - first;
    if (!entry.agreesWith(disk)) {
      wrong.accept(
          "blocks "
              + first
              + " to "
              + (end - 1)
              + ": known is "
              + entry
              + ", the disk has "
              + disk);
    }
  }

  private void leave(Mapping entry) {
    if (entry.isAllocated() && covered < entry.blockCount()) {
      wrong.accept("known is " + entry + ", of which the disk has " + covered + " blocks");
    }
    covered = 0;
    at++;
  }

  /** Ends the comparison after the last run of the mapping on disk. */
  void finish() {
    while (at < entries.size()) {
      leave(entries.get(at));
    }
  }
}
