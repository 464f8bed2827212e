package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.DirectoryHash;
import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.nio.ByteBuffer;

/**
 * The check of the index blocks of hash trees. A {@link HashTreeMap} records the blocks to which
 * they point.
 */
final class HashTreeCheck {
  private static final int MOST_LEVELS = 1; // below the root, EXT4_HTREE_LEVEL_COMPAT - 1
  private static final int MOST_LEVELS_LARGE = 2;

  private final Geometry geometry;
  private final ProblemLog log;
  private final boolean checksums;

  HashTreeCheck(CheckedImage image, ProblemLog log) {
    this.geometry = image.geometry();
    this.log = log;
    this.checksums = geometry.hasMetadataChecksums();
  }

  /**
   * Returns whether a block that is not the first one has the layout of an index block.
   *
   * @param bytes the bytes of the same block
   */
  boolean isNode(byte[] bytes, ByteBuffer block) {
    return DirectoryRecord.inodeNumber(bytes, 0) == 0
        && DirectoryRecord.recordLength(bytes, 0) == bytes.length
        && DirectoryRecord.nameLength(bytes, 0) == 0
        && HashTreeNode.uncheckedNode(block).isCountValid(checksums);
  }

  /** Checks the first block of a directory, which is the root of the hash tree. */
  void root(Directory directory, HashTreeMap tree, ByteBuffer block) {
    HashTreeNode root = HashTreeNode.uncheckedRoot(block);
    int most = geometry.features().has(IncompatFeature.LARGEDIR) ? MOST_LEVELS_LARGE : MOST_LEVELS;
    boolean sipHash = directory.isEncrypted() && directory.isCaseFolded();
    int version = tree.hashVersion();
    boolean versionFits =
        sipHash
            ? version == DirectoryHash.Version.SIPHASH_CODE
            : DirectoryHash.Version.isKnown(version);
    if (!root.isInfoValid() || !versionFits || root.indirectLevels() > most) {
      log.add(Problem.of(ProblemCode.HASH_TREE_ROOT, directory.inode()).found(version));
      tree.setBroken();
      return;
    }
    tree.root(root.indirectLevels());
    node(directory, tree, 0, root);
  }

  /** Checks any other index block. */
  void node(Directory directory, HashTreeMap tree, int logicalBlock, ByteBuffer block) {
    tree.node(logicalBlock);
    node(directory, tree, logicalBlock, HashTreeNode.uncheckedNode(block));
  }

  private void node(Directory directory, HashTreeMap tree, int logicalBlock, HashTreeNode node) {
    if (!node.isCountValid(checksums)) {
      problem(ProblemCode.HASH_TREE_NODE, directory, logicalBlock, "count");
      tree.setBroken();
      return;
    }
    if (checksums && !node.isChecksumValid(directory.checksumSeed())) {
      problem(ProblemCode.HASH_TREE_CHECKSUM, directory, logicalBlock, null);
    }
    long before = 0;
    for (int i = 0; i < node.count(); i++) {
      long hash = node.hash(i);
      if (i > 0 && hash < before) {
        problem(ProblemCode.HASH_TREE_NODE, directory, logicalBlock, "order");
        tree.setBroken();
        return;
      }
      before = hash;
      long lower = i == 0 ? HashTreeMap.AS_ABOVE : hash;
      long upper = i + 1 == node.count() ? HashTreeMap.AS_ABOVE : node.hash(i + 1);
      if (!tree.reference(logicalBlock, node.child(i), lower, upper)) {
        problem(ProblemCode.HASH_TREE_NODE, directory, logicalBlock, "block");
        tree.setBroken();
        return;
      }
    }
  }

  private void problem(
      ProblemCode code,
      Directory directory,
      int logicalBlock,
      @org.jspecify.annotations.Nullable String name) {
    Problem problem = Problem.of(code, directory.inode()).logical(logicalBlock);
    log.add(name == null ? problem : problem.name(name));
  }
}
