package dev.ext4j.fs.status;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

/**
 * The status tree is linearizable: what any threads see of it at once could have come about one
 * after the other. What the disk would say is the same all the time: blocks are written at one
 * place, or delayed.
 */
@Param(name = "block", gen = IntGen.class, conf = "0:5")
@Param(name = "count", gen = IntGen.class, conf = "1:3")
public class StatusTreeLincheckTest extends LinearizableTest {
  private final ExtentStatusTree tree = new ExtentStatusTree(12, 0, new StatusMemory(1000));

  /** A tree that nothing is known in. */
  public StatusTreeLincheckTest() {
    tree.reserveFrom((clusters, used) -> {});
  }

  /** What is known of a block, without the count of changes. */
  @Operation
  public String lookup(@Param(name = "block") int block) {
    ExtentStatusTree.Known known = tree.lookup(block);
    return known == null ? "-" : text(known.mapping());
  }

  private static String text(@Nullable Mapping mapping) {
    return mapping == null ? "-" : mapping.state() + ":" + mapping.blockCount();
  }

  /** The count of changes. */
  @Operation
  public long sequence() {
    return tree.sequence();
  }

  /** Blocks become written ones. */
  @Operation
  public void insert(@Param(name = "block") int block, @Param(name = "count") int count) {
    tree.insert(new Mapping(block, 100 + block, count, State.WRITTEN));
  }

  /** Blocks are delayed. */
  @Operation
  public void delay(@Param(name = "block") int block) {
    tree.insertDelayed(block, 1, false, false);
  }

  /** Blocks are forgotten. */
  @Operation
  public void remove(@Param(name = "block") int block, @Param(name = "count") int count) {
    tree.remove(block, block + count);
  }

  /** The first delayed block. */
  @Operation
  public String nextDelayed() {
    return text(tree.nextDelayed(0, 100));
  }

  /** How many entries there are. */
  @Operation
  public int size() {
    return tree.size();
  }
}
