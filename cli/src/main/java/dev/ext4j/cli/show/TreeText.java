package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.TreeVisitor;
import java.io.IOException;
import java.util.Arrays;

/**
 * An extent tree in the format of {@code dump_extents} in debugfs. Each entry of a node has a row,
 * which shows the level of the node and the index of the entry in it.
 */
public final class TreeText implements TreeVisitor {
  private static final int WIDTH = 10;

  private final Output out;
  private int depth;
  private int[] entries = new int[8];
  private int[] capacities = new int[8];
  private int[] counts = new int[8];
  private boolean any;

  /** Creates a printer of one tree, which can be used once. */
  public TreeText(Output out) {
    this.out = out;
  }

  /** Prints the extent tree of a file, or a line that says that the file has none. */
  public void print(Ext4File file) throws IOException {
    file.inspect().tree(this);
    if (!any) {
      out.line("no extent tree");
    }
  }

  @Override
  public void node(int level, int nodeDepth, long physicalBlock, int entryCount, int capacity)
      throws IOException {
    if (!any) {
      depth = nodeDepth;
      out.text("Level   Entries ").right("Logical", 2 * WIDTH + 3).ascii(' ');
      out.right("Physical", 2 * WIDTH + 3).line("     Length Flags");
      any = true;
    }
    if (level >= entries.length) {
      entries = Arrays.copyOf(entries, level + 8);
      capacities = Arrays.copyOf(capacities, level + 8);
      counts = Arrays.copyOf(counts, level + 8);
    }
    entries[level] = entryCount;
    capacities[level] = capacity;
    counts[level] = 0;
    if (entryCount == 0) {
      place(level);
      out.line("  (empty)");
    }
  }

  @Override
  public void index(int level, long logicalBlock, long childPhysicalBlock) throws IOException {
    counts[level]++;
    place(level);
    out.number(logicalBlock, WIDTH + 1).text(" -").blanks(WIDTH + 1);
    out.number(childPhysicalBlock, WIDTH + 1).blanks(WIDTH + 3).line();
  }

  @Override
  public void extent(
      int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    counts[level]++;
    place(level);
    range(logicalBlock, blockCount);
    range(physicalBlock, blockCount);
    out.number(blockCount, WIDTH + 1);
    out.line(unwritten ? " Uninit" : "");
  }

  private void place(int level) throws IOException {
    out.number(level, 2).ascii('/').number(depth, 2).ascii(' ');
    out.number(counts[level], 4).ascii('/').number(entries[level], 4);
  }

  private void range(long start, int count) throws IOException {
    out.number(start, WIDTH + 1).text(" - ").number(start + count - 1, WIDTH);
  }
}
