package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.BlockClaims;
import dev.ext4j.fs.fsck.state.BlockUse;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A walk through extent trees, one inode after another and entry by entry. The walk ends even if a
 * tree is damaged. A block without a valid header is skipped. Each entry has to be in the range
 * that the index entry above gives it. Each thread needs its own instance.
 */
final class ExtentWalk {
  private static final int MAX_DEPTH = 5; // EXT4_MAX_EXTENT_DEPTH
  private static final int MOST_LEVELS = 32; // e2fsck follows more levels than the kernel
  private static final int HEADER_SIZE = 12;
  private static final int ENTRY_SIZE = 12;
  private static final int SLACK = 2; // eh_max may be this much smaller than the room in the node
  private static final long LOGICAL_END = 1L << 32;

  private final CheckedImage image;
  private final Geometry geometry;
  private final BlockClaims claims;
  private final ProblemLog log;
  private final BlockUse use;
  private final ByteBuffer root =
      ByteBuffer.allocate(InodeView.BLOCK_AREA_SIZE).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer[] blocks = new ByteBuffer[MOST_LEVELS + 1];

  // The current inode.
  private long inode;
  private int seed;
  private boolean directory;
  private WalkMode mode = WalkMode.LOOK;
  private long mostDirectoryBlocks;
  private long sizeBlocks;
  private boolean mayExceedSize;

  /** The end of the written extents of the current leaf, in logical blocks. */
  private long writtenEnd;

  private BlockUse.RunListener listener = (logical, physical, count) -> {};

  ExtentWalk(CheckedImage image, BlockClaims claims, ProblemLog log, BlockUse use) {
    this.image = image;
    this.geometry = image.geometry();
    this.claims = claims;
    this.log = log;
    this.use = use;
  }

  /** Returns the buffer for {@code i_block}, which the caller fills before {@link #walk}. */
  ByteBuffer root() {
    return root;
  }

  /** Returns whether the bytes in the root begin with a valid header of an extent tree. */
  boolean isRootSound() {
    return isSound(root, -1);
  }

  /**
   * Walks the tree whose root is in {@link #root}.
   *
   * @param byteSize {@code i_size}
   * @param how the effects of the walk besides passing runs to the listener
   */
  void walk(
      InodeRecord record,
      boolean isDirectory,
      long byteSize,
      WalkMode how,
      BlockUse.RunListener runs)
      throws IOException {
    inode = record.number();
    directory = isDirectory;
    mode = how;
    listener = runs;
    mostDirectoryBlocks = 1L << (21 - (geometry.blockSizeBits() - 10));
    sizeBlocks = (byteSize + geometry.blockSize() - 1) >>> geometry.blockSizeBits();
    if (!isRootSound()) {
      report(Problem.of(ProblemCode.EXTENT_NODE, inode).logical(0));
      return;
    }
    ExtentNode node = ExtentNode.unchecked(root);
    if (node.depth() > MAX_DEPTH) {
      report(
          Problem.of(ProblemCode.EXTENT_TREE_DEEP, inode).found(node.depth()).expected(MAX_DEPTH));
    }
    mayExceedSize = record.hasFlag(FileFlag.VERITY) || sizeBlocks == 0;
    if (node.depth() == 0) {
      writtenEnd = LOGICAL_END; // the size of the file is compared with the last block
      leaf(node, 0, LOGICAL_END);
    } else {
      seed = record.checksumSeed();
      descend(node);
    }
  }

  /** Walks the nodes below the root, depth-first, with a stack of positions. */
  private void descend(ExtentNode top) throws IOException {
    int depth = top.depth();
    ExtentNode[] nodes = new ExtentNode[depth + 1];
    int[] next = new int[depth + 1];
    long[] from = new long[depth + 1];
    long[] end = new long[depth + 1];
    nodes[depth] = top;
    end[depth] = LOGICAL_END;
    for (int level = depth; level <= depth && !use.isTooLarge(); ) {
      ExtentNode node = nodes[level];
      if (next[level] == node.entries()) {
        level++;
        continue;
      }
      int i = next[level]++;
      long logical = node.logicalBlock(i);
      long child = node.childBlock(i);
      if (!isIndexUsable(logical, child, from[level], end[level])) {
        continue;
      }
      from[level] = logical;
      long childEnd =
          i + 1 < node.entries() && node.logicalBlock(i + 1) > logical
              ? Math.min(node.logicalBlock(i + 1), end[level])
              : end[level];
      ExtentNode below = read(level - 1, logical, child);
      if (below == null || !claimNode(child)) {
        continue;
      }
      if (below.entries() > 0 && below.logicalBlock(0) != logical) {
        report(
            Problem.of(ProblemCode.EXTENT_INDEX, inode)
                .block(child)
                .found(logical)
                .expected(below.logicalBlock(0)));
      }
      if (level == 1) {
        // Only the last leaf has no successor that bounds it.
        boolean bySize = childEnd == LOGICAL_END && !mayExceedSize && logical <= sizeBlocks;
        writtenEnd = bySize ? sizeBlocks : LOGICAL_END;
        leaf(below, logical, childEnd);
      } else {
        level--;
        nodes[level] = below;
        next[level] = 0;
        from[level] = logical;
        end[level] = childEnd;
      }
    }
  }

  private boolean isIndexUsable(long logical, long child, long from, long end) {
    if (!image.contains(child, 1)) {
      report(Problem.of(ProblemCode.BLOCK_NUMBER_ILLEGAL, inode).logical(logical).block(child));
      return false;
    }
    if (logical < from) {
      report(Problem.of(ProblemCode.EXTENT_ORDER, inode).logical(logical).block(child));
      return false;
    }
    if (logical >= end) {
      report(Problem.of(ProblemCode.EXTENT_RANGE, inode).logical(logical).block(child));
      return false;
    }
    return true;
  }

  private @org.jspecify.annotations.Nullable ExtentNode read(int depth, long logical, long block)
      throws IOException {
    ByteBuffer bytes = blocks[depth];
    if (bytes == null) {
      bytes = CheckedImage.buffer(geometry.blockSize());
      blocks[depth] = bytes;
    }
    image.readBlock(block, bytes);
    if (!isSound(bytes, depth)) {
      report(Problem.of(ProblemCode.EXTENT_NODE, inode).logical(logical).block(block));
      return null;
    }
    ExtentNode node = ExtentNode.unchecked(bytes);
    if (geometry.hasMetadataChecksums() && !node.isChecksumValid(seed)) {
      report(Problem.of(ProblemCode.EXTENT_CHECKSUM, inode).logical(logical).block(block));
    }
    return node;
  }

  /**
   * Returns whether a node has a possible header.
   *
   * @param depth the depth that the header must have, or -1 if any depth is allowed
   */
  private static boolean isSound(ByteBuffer bytes, int depth) {
    ExtentNode node = ExtentNode.unchecked(bytes);
    int room = (bytes.capacity() - HEADER_SIZE) / ENTRY_SIZE;
    return node.hasSoundShape()
        && node.depth() <= MOST_LEVELS
        && node.capacity() >= room - SLACK
        && (depth < 0 || node.depth() == depth);
  }

  private boolean claimNode(long block) {
    use.count(geometry.clusterRatio());
    listener.run(-1, block, 1);
    return mode == WalkMode.CLAIM ? claims.claimNode(block) : claims.mayLook(block);
  }

  private void leaf(ExtentNode node, long from, long end) {
    long next = from;
    int entries = node.entries();
    for (int i = 0; i < entries && !use.isTooLarge(); i++) {
      long logical = node.logicalBlock(i);
      long physical = node.physicalBlock(i);
      int count = node.blockCount(i);
      boolean unwritten = node.isUnwritten(i);
      if (isExtentUsable(logical, physical, count, next, end, unwritten)) {
        if (directory && unwritten) {
          report(
              Problem.of(ProblemCode.DIRECTORY_UNWRITTEN, inode).logical(logical).block(physical));
        }
        take(logical, physical, count, !unwritten);
        next = logical + count;
      }
    }
  }

  private boolean isExtentUsable(
      long logical, long physical, int count, long next, long end, boolean unwritten) {
    ProblemCode code = null;
    if (count == 0) {
      code = ProblemCode.EXTENT_EMPTY;
    } else if (!image.contains(physical, count)) {
      code = ProblemCode.BLOCK_NUMBER_ILLEGAL;
    } else if (logical < next) {
      code = ProblemCode.EXTENT_ORDER;
    } else if (logical + count > end && !(unwritten && logical + count - 1 > sizeBlocks)) {
      code = ProblemCode.EXTENT_RANGE;
    } else if (!unwritten && logical + count > writtenEnd) {
      code = ProblemCode.EXTENT_RANGE;
    } else if (directory && logical + count > mostDirectoryBlocks) {
      code = ProblemCode.FILE_TOO_BIG;
    }
    if (code == null) {
      return true;
    }
    report(
        Problem.of(code, inode)
            .logical(logical)
            .block(physical)
            .found(count)
            .name(unwritten ? "unwritten" : "written"));
    return false;
  }

  private void take(long logical, long physical, int count, boolean written) {
    int bits = geometry.clusterRatioBits();
    long first = physical;
    long clusters = ((physical + count - 1) >>> bits) - (physical >>> bits) + 1;
    if (bits > 0) {
      long mask = geometry.clusterRatio() - 1L;
      if ((logical & mask) != (physical & mask)
          || use.splitsCluster(physical >>> bits, logical >>> bits)) {
        report(Problem.of(ProblemCode.CLUSTER_RULE, inode).logical(logical).block(physical));
      }
      if (use.continuesCluster(physical >>> bits, logical >>> bits)) {
        clusters--;
        first = ((physical >>> bits) + 1) << bits;
      }
      long last = physical + count - 1;
      use.endCluster(last >>> bits, (logical + count - 1) >>> bits);
    }
    use.count(clusters << bits);
    use.reach(logical + count - 1, written);
    if (mode == WalkMode.CLAIM && first < physical + count) {
      use.repeat(claims.claim(first, physical + count - first));
    }
    listener.run(logical, physical, count);
  }

  private void report(Problem problem) {
    if (mode != WalkMode.LOOK) {
      log.add(problem);
    }
  }
}
