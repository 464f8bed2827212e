package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.FileStat.MappingKind;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.PunchPlan;
import dev.ext4j.fs.file.MapReport;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out what a punch would change by doing it, on a device that forgets. What is reported is
 * what the engine really did.
 */
public final class PunchPlanner {
  private static final int MOST_PIECES = 1_000_000;

  private final BlockDevice scratch;
  private final long inodeNumber;

  /**
   * Plans for a file.
   *
   * @param scratch a writable device whose changes nobody will see
   */
  public PunchPlanner(BlockDevice scratch, long inodeNumber) {
    this.scratch = scratch;
    this.inodeNumber = inodeNumber;
  }

  /** Punches and tells what changed. */
  public PunchPlan plan(long byteOffset, long byteCount) throws IOException {
    try (Mount mount = new Mount(scratch, OpenOptions.readWrite())) {
      Inode inode = mount.inodes().get(inodeNumber);
      List<Run> before = map(mount, inode);
      Map<Long, String> changed = new TreeMap<>();
      Set<Long> freedNodes = new TreeSet<>();
      mount
          .context()
          .journal()
          .observe(transaction -> note(mount, transaction, changed, freedNodes));
      new PunchHole(inode, mount.context()).punch(byteOffset, byteCount, ProgressListener.NONE);
      return report(mount.geometry(), byteOffset, byteCount, inode, before, changed, freedNodes);
    }
  }

  private record Run(long logicalBlock, long physicalBlock, long blockCount, boolean unwritten) {}

  private static List<Run> map(Mount mount, Inode inode) throws IOException {
    List<Run> runs = new ArrayList<>();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (StatReport.mappingKind(inode) == MappingKind.EXTENTS
          || StatReport.mappingKind(inode) == MappingKind.INDIRECT) {
        new MapReport(inode, mount.context())
            .walk(
                false,
                (logical, physical, count, state) -> {
                  runs.add(
                      new Run(
                          logical,
                          physical,
                          count,
                          state == dev.ext4j.fs.MappingVisitor.State.UNWRITTEN));
                  return true;
                });
      }
    }
    return runs;
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

  private static PunchPlan report(
      Geometry geometry,
      long byteOffset,
      long byteCount,
      Inode inode,
      List<Run> before,
      Map<Long, String> changed,
      Set<Long> freedNodes) {
    int bits = geometry.blockSizeBits();
    long mask = geometry.blockSize() - 1L;
    long size = inode.fields().size();
    long byteEnd = Math.min(byteOffset + byteCount, size + mask & ~mask);
    long first = (Math.min(byteOffset, byteEnd) + mask) >>> bits;
    long end = Math.max(first, byteEnd >>> bits);
    List<PunchPlan.Piece> pieces = new ArrayList<>();
    List<PunchPlan.ByteRange> edges = new ArrayList<>();
    long removed = 0;
    for (Run run : before) {
      long from = Math.max(first, run.logicalBlock);
      long to = Math.min(end, run.logicalBlock + run.blockCount);
      if (from < to) {
        removed += to - from;
        if (pieces.size() < MOST_PIECES) {
          long physical = run.physicalBlock + (from - run.logicalBlock);
          pieces.add(new PunchPlan.Piece(from, physical, to - from, run.unwritten));
        }
      }
      if (!run.unwritten) {
        addEdge(edges, run, bits, byteOffset, Math.min(byteEnd, first << bits));
        addEdge(edges, run, bits, Math.max(byteOffset, end << bits), byteEnd);
      }
    }
    List<PunchPlan.ChangedBlock> blocks = new ArrayList<>();
    changed.forEach((block, what) -> blocks.add(new PunchPlan.ChangedBlock(block, what)));
    return new PunchPlan(
        byteOffset,
        byteCount,
        first,
        end,
        pieces,
        removed,
        edges.stream().distinct().toList(),
        blocks,
        List.copyOf(freedNodes));
  }

  /** Adds what of an edge lies in a written run; an edge lies within one block. */
  private static void addEdge(
      List<PunchPlan.ByteRange> edges, Run run, int bits, long from, long to) {
    long block = from >>> bits;
    if (from < to && block >= run.logicalBlock && block < run.logicalBlock + run.blockCount) {
      edges.add(new PunchPlan.ByteRange(from, to - from));
    }
  }
}
