package dev.ext4j.fs.status;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Probes;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

/**
 * A test that the status tree is linearizable: the results of concurrent operations equal those of
 * some sequential order. The disk never contradicts the tree: each block is written at one fixed
 * place, or delayed.
 */
@Param(name = "block", gen = IntGen.class, conf = "0:5")
@Param(name = "count", gen = IntGen.class, conf = "1:3")
public class StatusTreeLincheckTest extends LinearizableTest {
  private final ExtentStatusTree tree =
      new ExtentStatusTree(12, 0, new StatusMemory(new LockOrder("test", Probes.NONE), 1000));

  /** Makes an empty tree. */
  public StatusTreeLincheckTest() {
    tree.reserveFrom((clusters, used) -> {});
  }

  /** Returns the noted mapping of a block, without the count of changes. */
  @Operation
  public String lookup(@Param(name = "block") int block) {
    ExtentStatusTree.Known known = tree.lookup(block);
    return known == null ? "-" : text(known.mapping());
  }

  private static String text(@Nullable Mapping mapping) {
    return mapping == null ? "-" : mapping.state() + ":" + mapping.blockCount();
  }

  /** Returns the count of changes. */
  @Operation
  public long sequence() {
    return tree.sequence();
  }

  /** Notes that blocks are written. */
  @Operation
  public void insert(@Param(name = "block") int block, @Param(name = "count") int count) {
    tree.insert(new Mapping(block, 100 + block, count, State.WRITTEN));
  }

  /** Notes that a block is delayed. */
  @Operation
  public void delay(@Param(name = "block") int block) {
    tree.insertDelayed(block, 1, false, false);
  }

  /** Removes the entries of blocks. */
  @Operation
  public void remove(@Param(name = "block") int block, @Param(name = "count") int count) {
    tree.remove(block, block + count);
  }

  /** Returns the first delayed run. */
  @Operation
  public String nextDelayed() {
    return text(tree.nextDelayed(0, 100));
  }

  /** Returns the number of entries. */
  @Operation
  public int size() {
    return tree.size();
  }
}
