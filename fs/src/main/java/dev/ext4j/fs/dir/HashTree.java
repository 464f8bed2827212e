package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryEntries;
import dev.ext4j.fs.format.DirectoryHash;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hash tree of a directory. The first block of the directory is the root. Other index blocks
 * and the leaves may be anywhere after the root. The tree grows as in the kernel. A full leaf is
 * split by hash. An index block without room for a new entry is split in the middle. If several
 * index blocks of a path are full, the topmost is split first. If all index blocks of the path are
 * full, the tree gets one more level instead.
 *
 * <p>New blocks are complete before any index entry points to them. Therefore no entry is lost if a
 * crash interrupts a commit in place. After such a crash, the moved entries are either in both
 * leaves, or only in a new block that the index does not point to yet. In both cases e2fsck
 * rebuilds the index.
 */
final class HashTree {
  private static final int MAX_LEVELS = 2;
  private static final int MAX_LEVELS_OF_LARGE = 3;

  private final DirectoryBlocks blocks;

  HashTree(DirectoryBlocks blocks) {
    this.blocks = blocks;
  }

  /** Returns the maximum number of levels of index blocks. */
  static int maxLevels(Geometry geometry) {
    return geometry.features().has(IncompatFeature.LARGEDIR) ? MAX_LEVELS_OF_LARGE : MAX_LEVELS;
  }

  /**
   * Changes the only block of a linear directory into the root of a hash tree, and moves its
   * entries to a leaf.
   */
  static HashTree growFrom(Handle handle, DirectoryBlocks blocks) throws IOException {
    SuperblockView superblock = blocks.volume().superblock().view();
    int code = superblock.defaultHashVersion();
    if (!DirectoryHash.Version.isKnown(code)) {
      throw new CorruptionException(
          Kind.SUPERBLOCK, "superblock: hash function " + code + " for new directories");
    }
    DirectoryLeaf first = blocks.leaf(0, blocks.get(0));
    int entriesStart = first.entries().endOfParent();
    ByteBuffer source = first.entries().copy();
    List<Integer> positions = first.entries().usedFrom(entriesStart);
    DirectoryLeaf leaf = blocks.appendLeaf(handle);
    leaf.entries().replaceBy(source, positions);
    blocks.sealLeaf(leaf.block());
    blocks.declare(handle, first.block());
    HashTreeNode root =
        HashTreeNode.createRoot(
            first.block().bytes(),
            DirectoryHash.Version.of(code),
            leaf.logicalBlock(),
            blocks.hasChecksums());
    Inode inode = blocks.inode();
    if (blocks.hasChecksums()) {
      root.seal(inode.checksumSeed());
    }
    inode.declare(handle);
    inode.fields().setFlags(inode.fields().flags() | FileFlag.INDEX.bit());
    inode.seal();
    return new HashTree(blocks);
  }

  long find(byte[] name) throws IOException {
    if (NewEntry.isSelfOrParent(name)) {
      CachedBlock first = blocks.get(0);
      return new DirectoryEntries(first.bytes(), blocks.hasTypes(), blocks.describe(0)).find(name);
    }
    DirectoryLeaf leaf = leafOf(name);
    return leaf == null ? 0 : leaf.find(name);
  }

  /** Adds an entry. Returns false if the name exists already. */
  boolean add(Handle handle, NewEntry entry) throws IOException {
    if (leafOf(entry.name()) != null) {
      return false;
    }
    if (!probe(entry.name()).leaf().add(handle, entry)) {
      addSplitting(handle, entry);
    }
    return true;
  }

  /** Removes an entry. Returns the inode that it referred to, or 0 if there was no entry. */
  long remove(Handle handle, byte[] name) throws IOException {
    DirectoryLeaf leaf = leafOf(name);
    return leaf == null ? 0 : leaf.remove(handle, name);
  }

  /** Adds an entry whose leaf is full. */
  void addSplitting(Handle handle, NewEntry entry) throws IOException {
    HashTreePath path = probe(entry.name());
    while (path.lowest().isFull()) {
      makeRoom(handle, path);
      path = probe(entry.name());
    }
    DirectoryLeaf old = path.leaf();
    LeafSplit split =
        LeafSplit.of(old, hashFunction(path.node(0)), blocks.volume().geometry().blockSize());
    DirectoryLeaf fresh = blocks.appendLeaf(handle);
    requireNameable(fresh.logicalBlock());
    old.moveTo(handle, fresh, split.moved(), split.staying());
    int lowest = path.levels() - 1;
    path.declare(handle, lowest);
    path.lowest().insert(path.position(lowest) + 1, split.border(), fresh.logicalBlock());
    path.seal(lowest);
    DirectoryLeaf target = path.hash() >= split.firstMovedHash() ? fresh : old;
    if (!target.add(handle, entry)) {
      throw new CorruptionException(
          Kind.DIRECTORY, blocks.describe(old.logicalBlock()) + ": no room after a split");
    }
  }

  /**
   * Splits an index block of a path: the lowest one whose parent has room. Adds a level to the tree
   * if all index blocks of the path are full.
   */
  private void makeRoom(Handle handle, HashTreePath path) throws IOException {
    int level = path.levels() - 1;
    while (level > 0 && path.node(level - 1).isFull()) {
      level--;
    }
    if (level == 0 && path.levels() >= maxLevels()) {
      throw new FileOperationException(
          Errno.ENOSPC, blocks.inode() + ": the hash tree of the directory is full");
    }
    long freshBlock = blocks.count();
    requireNameable(freshBlock);
    CachedBlock block = blocks.append(handle);
    HashTreeNode full = path.node(level);
    int half = level == 0 ? 0 : full.count() / 2;
    long border = full.hash(half);
    HashTreeNode fresh = HashTreeNode.createNode(block.bytes(), full, half, blocks.hasChecksums());
    if (blocks.hasChecksums()) {
      fresh.seal(blocks.inode().checksumSeed());
    }
    path.declare(handle, level);
    if (level == 0) {
      full.addLevel(freshBlock);
    } else {
      full.truncate(half);
      path.declare(handle, level - 1);
      path.node(level - 1).insert(path.position(level - 1) + 1, border, freshBlock);
      path.seal(level - 1);
    }
    path.seal(level);
  }

  private void requireNameable(long logicalBlock) throws FileOperationException {
    if (logicalBlock >= HashTreeNode.MAX_BLOCKS) {
      throw new FileOperationException(
          Errno.ENOSPC, blocks.inode() + ": the hash tree cannot name more blocks");
    }
  }

  /** Returns the path to the first leaf that may hold a name. */
  private HashTreePath probe(byte[] name) throws IOException {
    String where = blocks.describe(0);
    CachedBlock block = blocks.get(0);
    if (blocks.hasChecksums() && !DirectoryBlock.isHashTreeBlock(block.bytes())) {
      throw new CorruptionException(Kind.DIRECTORY, where + ": not the root of a hash tree");
    }
    HashTreeNode root = HashTreeNode.root(block.bytes(), blocks.hasChecksums(), where);
    if (root.indirectLevels() >= maxLevels()) {
      throw new CorruptionException(
          Kind.DIRECTORY, where + ": " + root.indirectLevels() + " levels of index blocks");
    }
    return new HashTreePath(blocks, block, root, hashFunction(root).of(name));
  }

  private int maxLevels() {
    return maxLevels(blocks.volume().geometry());
  }

  private DirectoryHash hashFunction(HashTreeNode root) throws IOException {
    int code = root.hashVersion();
    if (code == DirectoryHash.Version.SIPHASH_CODE) {
      throw new UnsupportedFeatureException(
          IncompatFeature.CASEFOLD.label(),
          blocks.inode() + ": names hashed by siphash (casefold with encrypt) cannot be changed");
    }
    if (!DirectoryHash.Version.isKnown(code)) {
      throw new CorruptionException(
          Kind.DIRECTORY, blocks.describe(0) + ": unknown hash function " + code);
    }
    return blocks.volume().superblock().view().directoryHash(DirectoryHash.Version.of(code));
  }

  /**
   * Returns the leaf that holds a name, or null if no leaf holds it. Names with the same hash may
   * be in several leaves, so this may be a later leaf than the first one of the hash.
   */
  private @Nullable DirectoryLeaf leafOf(byte[] name) throws IOException {
    HashTreePath path = probe(name);
    long most = Math.min(blocks.count(), blocks.volume().geometry().blockCount());
    long steps = 0;
    do {
      DirectoryLeaf leaf = path.leaf();
      if (leaf.find(name) != 0) {
        return leaf;
      }
      if (++steps > most) {
        throw new CorruptionException(
            Kind.DIRECTORY, blocks.inode() + ": a hash has more leaves than there are blocks");
      }
    } while (path.next());
    return null;
  }
}
