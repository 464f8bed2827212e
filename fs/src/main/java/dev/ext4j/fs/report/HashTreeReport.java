package dev.ext4j.fs.report;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryBlock.ChecksumVerdict;
import dev.ext4j.fs.format.DirectoryHash;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.HashTreeDump;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.structure.SuperblockDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A walk of the hash tree of a directory, which passes over damaged blocks. Each block is visited
 * at most once, and the depth is bounded, so that the walk ends whatever the blocks contain.
 */
final class HashTreeReport {
  private static final int MOST_LEVELS = 3;
  private static final long LAST_HASH = 0xFFFFFFFFL;
  private static final int SIGNED_CODES = 3;

  private final Mount mount;
  private final Geometry geometry;
  private final UncheckedBlocks blocks;
  private final Inode directory;
  private final List<HashTreeDump.Node> nodes = new ArrayList<>();
  private final List<HashTreeDump.Leaf> leaves = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<Long> visited = new HashSet<>();
  private @Nullable DirectoryHash hash;

  private HashTreeReport(Mount mount, Inode directory) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.blocks = new UncheckedBlocks(mount);
    this.directory = directory;
  }

  /**
   * Returns the tree of a directory.
   *
   * @throws FileOperationException with ENOTDIR if the inode is not a directory, with ENODATA if
   *     the directory has no hash tree
   */
  static HashTreeDump of(Mount mount, long inodeNumber) throws IOException {
    Inode directory = mount.inodes().get(inodeNumber);
    if (directory.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, Errno.ENOTDIR.text());
    }
    if (!directory.has(FileFlag.INDEX) || directory.has(FileFlag.INLINE_DATA)) {
      throw new FileOperationException(
          Errno.ENODATA, "the directory has no hash tree: it is a list of entries");
    }
    return new HashTreeReport(mount, directory).walk();
  }

  private HashTreeDump walk() throws IOException {
    int code = 0;
    int levels = 0;
    ByteBuffer bytes = read(0);
    if (bytes != null) {
      HashTreeNode root = HashTreeNode.uncheckedRoot(bytes);
      code = root.hashVersion();
      levels = root.indirectLevels();
      int plain = code % SIGNED_CODES; // the codes of the unsigned variants are 3 higher
      boolean folded = directory.has(FileFlag.CASEFOLD); // the hash is that of other names
      if (code < 2 * SIGNED_CODES && !folded) {
        DirectoryHash.Version version = DirectoryHash.Version.of(plain);
        hash = mount.superblock().view().directoryHash(version);
      }
      if (levels > MOST_LEVELS) {
        problems.add("a tree cannot have " + levels + " levels");
        levels = MOST_LEVELS;
      }
      node(bytes, 0, 0, 0, LAST_HASH, levels);
    }
    return new HashTreeDump(
        directory.inodeNumber(), SuperblockDump.hashName(code), levels, nodes, leaves, problems);
  }

  private void node(
      ByteBuffer bytes, long logicalBlock, int level, long lowest, long highest, int levels)
      throws IOException {
    boolean checksums = geometry.hasMetadataChecksums();
    HashTreeNode node =
        level == 0 ? HashTreeNode.uncheckedRoot(bytes) : HashTreeNode.uncheckedNode(bytes);
    List<String> here = new ArrayList<>();
    boolean valid = node.isCountValid(checksums);
    if (!valid) {
      here.add("the limit or the count is impossible");
    } else if (checksums && !node.isChecksumValid(directory.checksumSeed())) {
      here.add("the checksum does not match");
    }
    if (level == 0 && !node.isInfoValid()) {
      here.add("the fields of the root have impossible values");
    }
    int count = valid ? node.count() : 0;
    List<HashTreeDump.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new HashTreeDump.Entry(node.hash(i), node.child(i)));
      if (i > 1 && node.hash(i) < node.hash(i - 1)) {
        here.add("entry " + i + " is out of order");
      }
    }
    nodes.add(
        new HashTreeDump.Node(
            level, logicalBlock, physical(logicalBlock), node.limit(), entries, here));
    for (int i = 0; i < count; i++) {
      long from = i == 0 ? lowest : node.hash(i);
      long to = i + 1 < count ? node.hash(i + 1) - 1 : highest;
      child(node.child(i), level, from, to, levels);
    }
  }

  private void child(long logicalBlock, int level, long lowest, long highest, int levels)
      throws IOException {
    ByteBuffer bytes = read(logicalBlock);
    if (bytes == null) {
      return;
    }
    if (level < levels) {
      node(bytes, logicalBlock, level + 1, lowest, highest, levels);
    } else {
      leaf(bytes, logicalBlock, lowest, highest);
    }
  }

  private void leaf(ByteBuffer bytes, long logicalBlock, long lowest, long highest)
      throws IOException {
    List<String> here = new ArrayList<>();
    boolean checksums = geometry.hasMetadataChecksums();
    if (checksums
        && DirectoryBlock.checkChecksum(bytes, directory.checksumSeed())
            != ChecksumVerdict.MATCHES) {
      here.add("the checksum does not match");
    }
    boolean typed = geometry.features().has(IncompatFeature.FILETYPE);
    DirectoryBlock entry = new DirectoryBlock(bytes, typed, "leaf");
    int count = 0;
    long first = -1;
    long last = -1;
    try {
      while (entry.next()) {
        count++;
        if (hash != null) {
          long value = hash.of(entry.name());
          first = first < 0 ? value : Math.min(first, value);
          last = Math.max(last, value);
        }
      }
    } catch (CorruptionException e) {
      here.add(String.valueOf(e.getMessage()));
    }
    if (first >= 0 && (first < (lowest & ~1L) || last > highest)) {
      here.add("a name has a hash that belongs to another leaf");
    }
    leaves.add(
        new HashTreeDump.Leaf(
            logicalBlock, physical(logicalBlock), lowest, highest, count, first, last, here));
  }

  /** Returns a block of the directory, or null if it cannot be read or was visited before. */
  private @Nullable ByteBuffer read(long logicalBlock) throws IOException {
    if (!visited.add(logicalBlock)) {
      problems.add("logical block " + logicalBlock + " is in the tree twice");
      return null;
    }
    long physicalBlock = physical(logicalBlock);
    if (physicalBlock == 0) {
      problems.add("logical block " + logicalBlock + " is not mapped");
      return null;
    }
    return blocks.metadata(physicalBlock);
  }

  /** Returns the physical block of a logical block, or 0 if it is not mapped. */
  private long physical(long logicalBlock) throws IOException {
    try {
      Mapping mapping =
          directory.has(FileFlag.EXTENTS)
              ? new ExtentTree(directory, geometry, mount.volume().cache()).lookup(logicalBlock)
              : new IndirectBlocks(directory, geometry, mount.volume().cache())
                  .lookup(logicalBlock);
      return mapping.isAllocated() ? mapping.physicalBlock() : 0;
    } catch (Ext4Exception e) {
      problems.add("logical block " + logicalBlock + ": " + e.getMessage());
      return 0;
    }
  }
}
