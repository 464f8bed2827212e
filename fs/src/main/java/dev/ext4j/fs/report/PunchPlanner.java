package dev.ext4j.fs.report;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.PunchPlan;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.HoleBounds;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A planner that finds out what a punch would change. It punches the hole on a scratch device and
 * records the changes. The changes of the scratch device are then dropped.
 */
public final class PunchPlanner {
  private static final int MOST_PIECES = 1_000_000;

  private final BlockDevice scratch;
  private final MountOptions options;
  private final long inodeNumber;

  /**
   * Creates a planner for a file.
   *
   * @param scratch a writable device whose changes no other code will see
   * @param options the options for opening the scratch device for writing
   */
  public PunchPlanner(BlockDevice scratch, MountOptions options, long inodeNumber) {
    this.scratch = scratch;
    this.options = options;
    this.inodeNumber = inodeNumber;
  }

  /** Punches the hole on the scratch device and returns what changed. */
  public PunchPlan plan(long byteOffset, long byteCount) throws IOException {
    try (Mount mount = new Mount(scratch, options)) {
      Inode inode = mount.inodes().get(inodeNumber);
      Removal removal = new Removal(mount, inode, byteOffset, byteCount);
      Map<Long, String> changed = new TreeMap<>();
      Set<Long> freedNodes = new TreeSet<>();
      mount
          .volume()
          .journal()
          .observe(transaction -> note(mount, transaction, changed, freedNodes));
      new PunchHole(inode, mount.volume(), byteOffset, byteCount, ProgressListener.NONE).punch();
      List<PunchPlan.ChangedBlock> blocks = new ArrayList<>();
      changed.forEach((block, what) -> blocks.add(new PunchPlan.ChangedBlock(block, what)));
      return new PunchPlan(
          byteOffset,
          byteCount,
          removal.hole.firstBlock(),
          removal.hole.blockEnd(),
          removal.pieces,
          removal.removedBlocks,
          removal.edges,
          blocks,
          List.copyOf(freedNodes));
    }
  }

  /** The part of a file's mapping that is in the hole, before the hole is punched. */
  private static final class Removal {
    private final HoleBounds hole;
    private final int bits;
    private final List<PunchPlan.Piece> pieces = new ArrayList<>();
    private final List<PunchPlan.ByteRange> edges = new ArrayList<>();
    private long removedBlocks;

    Removal(Mount mount, Inode inode, long byteOffset, long byteCount) throws IOException {
      bits = mount.geometry().blockSizeBits();
      BlockMapper mapper = new BlockMapper(inode, mount.volume());
      hole = HoleBounds.of(byteOffset, byteCount, inode.fields().size(), mapper, mount.geometry());
      MappingKind kind = InodeSnapshot.mappingKind(inode);
      boolean mapped = kind == MappingKind.EXTENTS || kind == MappingKind.INDIRECT;
      if (hole.isEmpty() || !mapped) {
        return;
      }
      try (RankedLock.Held lock = inode.locks().inode().shared()) {
        mapper.walk(byteOffset >>> bits, this::visit);
      }
    }

    private boolean visit(long logical, long physical, long count, State state) {
      long from = Math.max(hole.firstBlock(), logical);
      long to = Math.min(hole.blockEnd(), logical + count);
      if (from < to) {
        removedBlocks += to - from;
        if (pieces.size() < MOST_PIECES) {
          pieces.add(
              new PunchPlan.Piece(
                  from, physical + (from - logical), to - from, state == State.UNWRITTEN));
        }
      }
      if (state == State.WRITTEN) {
        long firstEdgeEnd = Math.min(hole.byteEnd(), hole.firstBlock() << bits);
        long lastEdgeStart = Math.max(firstEdgeEnd, hole.blockEnd() << bits);
        addEdge(hole.byteOffset(), firstEdgeEnd, logical, count);
        addEdge(lastEdgeStart, hole.byteEnd(), logical, count);
      }
      return logical + count <= hole.byteEnd() >>> bits;
    }

    /**
     * Adds an edge of the hole to the list if the edge is in a run of blocks. An edge is always
     * within one block.
     */
    private void addEdge(long from, long to, long logical, long count) {
      long block = from >>> bits;
      if (from < to && block >= logical && block < logical + count) {
        edges.add(new PunchPlan.ByteRange(from, to - from));
      }
    }
  }

  private static void note(
      Mount mount, Transaction transaction, Map<Long, String> changed, Set<Long> freedNodes) {
    freedNodes.addAll(transaction.revoked());
    for (Transaction.Member member : transaction.members()) {
      long block = member.block().number();
      if (!transaction.isRevoked(block)) {
        changed.put(block, describe(mount, member));
      }
    }
  }

  private static String describe(Mount mount, Transaction.Member member) {
    return switch (member.role()) {
      case ALLOCATION -> describeAllocation(mount, member.block().number());
      case NEW -> "new block of the mapping tree";
      case DATA -> "content of the file";
      case INODE -> "inode table";
      case INDEX -> "index block of the mapping tree";
      case LEAF -> "leaf of the extent tree";
      case DIRECTORY -> "directory";
      case OTHER -> "attributes, or the orphan file";
    };
  }

  private static String describeAllocation(Mount mount, long block) {
    if (block == mount.superblock().block().number()) {
      return "superblock";
    }
    try {
      for (int group = 0; group < mount.geometry().groupCount(); group++) {
        if (mount.groups().descriptor(group).blockBitmapBlock() == block) {
          return "block bitmap of group " + group;
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return "group descriptors";
  }
}
