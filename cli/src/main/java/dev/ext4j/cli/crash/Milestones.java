package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The trees that a state may be equal to: the tree before the command, the tree at each point that
 * the command declared durable, and the tree after the command. A crash happens between two
 * milestones, and work that was declared durable must not be lost. At most two trees are open at a
 * time, each over an overlay that is rolled forward. Only one thread may use this object.
 */
final class Milestones implements Closeable {
  private final WriteLog log;
  private final BlockDevice base;
  private final Window window;
  private final int[] cuts;
  private final Slot[] slots = {new Slot(), new Slot()};

  /** A tree and the disk below it. */
  private static final class Slot {
    private @Nullable OverlayDevice disk;
    private @Nullable FileTree tree;
    private int index = -1;
    private int appliedEnd;
  }

  /**
   * Creates the milestones of a log. No tree is open yet.
   *
   * @param marks the entries that are marks, ascending
   */
  Milestones(WriteLog log, BlockDevice base, Window window, int[] marks) {
    this.log = log;
    this.base = base;
    this.window = window;
    cuts = Arrays.copyOf(new int[1], marks.length + 2);
    System.arraycopy(marks, 0, cuts, 1, marks.length);
    cuts[marks.length + 1] = log.size();
  }

  /** Returns the number of milestones, which is at least two. */
  int count() {
    return cuts.length;
  }

  /**
   * Returns the index of the last milestone that was passed before an entry of the log. It is never
   * the index of the tree after the command.
   */
  int passedBefore(int cut) {
    int passed = 0;
    while (passed + 2 < cuts.length && cuts[passed + 1] < cut) {
      passed++;
    }
    return passed;
  }

  /**
   * Returns the tree at a milestone. At most one other tree stays open, for example the tree at the
   * next milestone.
   */
  FileTree tree(int index) throws IOException {
    Slot slot = slots[index % 2];
    FileTree open = slot.tree;
    if (slot.index == index && open != null) {
      return open;
    }
    close(slot);
    OverlayDevice disk = slot.disk;
    if (disk == null || slot.appliedEnd > cuts[index]) {
      disk = OverlayDevice.sharing(base);
      slot.disk = disk;
      slot.appliedEnd = 0;
    }
    for (; slot.appliedEnd < cuts[index]; slot.appliedEnd++) {
      if (log.isChange(slot.appliedEnd)) {
        log.apply(slot.appliedEnd, disk);
      }
    }
    return open(slot, index, disk);
  }

  @SuppressWarnings("MustBeClosedChecker") // the slot keeps it
  private FileTree open(Slot slot, int index, OverlayDevice disk) throws IOException {
    FileTree tree = FileTree.of(window.on(disk));
    slot.tree = tree;
    slot.index = index;
    return tree;
  }

  private static void close(Slot slot) throws IOException {
    FileTree open = slot.tree;
    slot.tree = null;
    slot.index = -1;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (Slot slot : slots) {
      close(slot);
    }
  }
}
