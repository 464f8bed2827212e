package dev.ext4j.fs.fsck.dir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of a tree of a root, an index block and three leaves, and of errors in it. */
class HashTreeMapTest {
  private final HashTreeMap tree = new HashTreeMap(5, 1);

  private void index() {
    tree.root(1);
    tree.reference(0, 1, HashTreeMap.AS_ABOVE, HashTreeMap.AS_ABOVE);
    tree.node(1);
    tree.reference(1, 2, HashTreeMap.AS_ABOVE, 100);
    tree.reference(1, 3, 100, 201);
    tree.reference(1, 4, 201, HashTreeMap.AS_ABOVE);
  }

  private Map<ProblemCode, Long> found() {
    ProblemLog log = new ProblemLog(100);
    tree.report(12, log);
    return log.counts();
  }

  @Test
  void leavesInsideTheirRanges_areFine() {
    index();
    tree.leaf(2, 2, 98);
    tree.leaf(3, 100, 200); // 201 is odd: names with the hash 200 go on in the next block
    tree.leaf(4, 200, 0xFFFFFFFCL);
    assertThat(found()).isEmpty();
  }

  @Test
  void emptyLeaf_isFine() {
    index();
    tree.leaf(2, Long.MAX_VALUE, -1);
    tree.leaf(3, 100, 100);
    tree.leaf(4, 202, 202);
    assertThat(found()).isEmpty();
  }

  @Test
  void hashOutsideTheRangeOfItsLeaf_isFound() {
    index();
    tree.leaf(2, 2, 100);
    tree.leaf(3, 98, 150);
    tree.leaf(4, 202, 202);
    assertThat(found()).isEqualTo(Map.of(ProblemCode.HASH_RANGE, 2L));
  }

  @Test
  void leafThatNobodyNames_isFound() {
    tree.root(0);
    tree.reference(0, 1, HashTreeMap.AS_ABOVE, HashTreeMap.AS_ABOVE);
    tree.leaf(1, 2, 4);
    tree.leaf(2, 2, 4);
    assertThat(found()).isEqualTo(Map.of(ProblemCode.HASH_TREE_REFERENCE, 1L));
  }

  @Test
  void leafNamedTwice_isFound() {
    index();
    tree.reference(1, 2, 300, HashTreeMap.AS_ABOVE);
    tree.leaf(2, 2, 98);
    tree.leaf(3, 100, 200);
    tree.leaf(4, 202, 202);
    assertThat(found()).isEqualTo(Map.of(ProblemCode.HASH_TREE_REFERENCE, 1L));
  }

  @Test
  void indexBlocksThatNameEachOther_endTheWalk() {
    tree.root(2);
    tree.node(1);
    tree.node(2);
    tree.reference(1, 2, HashTreeMap.AS_ABOVE, HashTreeMap.AS_ABOVE);
    tree.reference(2, 1, HashTreeMap.AS_ABOVE, HashTreeMap.AS_ABOVE);
    assertThat(found()).isEqualTo(Map.of(ProblemCode.HASH_TREE_NODE, 2L));
  }

  @Test
  void leafWhereAnIndexBlockShouldBe_isFound() {
    tree.root(1);
    tree.reference(0, 1, HashTreeMap.AS_ABOVE, HashTreeMap.AS_ABOVE);
    tree.leaf(1, 2, 4);
    assertThat(found()).isEqualTo(Map.of(ProblemCode.HASH_TREE_NODE, 1L));
  }

  @Test
  void blockOutsideTheDirectory_isRefused() {
    tree.root(0);
    for (long child : List.of(0L, 5L, 1L << 27)) {
      assertThat(tree.reference(0, child, 0, 1)).isFalse();
    }
  }

  @Test
  void tree_ofWhichTheWorstWasSaid_isNotLookedAtAgain() {
    index();
    tree.setBroken();
    tree.leaf(3, 1000, 1000);
    assertThat(found()).isEmpty();
  }
}
