package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.QuotaFormat;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.fsck.state.QuotaUsage;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The check that compares the usage in quota files with the usage that was found. */
public final class QuotaCheck {
  private static final String[] KINDS = {"user", "group", "project"};

  private final FsckState state;
  private final Geometry geometry;
  private final ByteBuffer block;
  private final NavigableMap<Long, long[]> runs = new TreeMap<>();
  private final Set<Long> seen = new HashSet<>();

  private int kind;
  private long inode;
  private long blockCount;
  private Map<Long, QuotaUsage.Usage> found = Map.of();

  /** Creates a check of the quota files. */
  public QuotaCheck(FsckState state) {
    this.state = state;
    this.geometry = state.image().geometry();
    this.block = CheckedImage.buffer(geometry.blockSize());
  }

  /**
   * Checks each quota file that the superblock refers to, and reports its problems. Does nothing
   * without the feature quota. Pass 1 must be complete, because it collects the usage.
   */
  public void run() throws IOException {
    if (!geometry.features().has(RoCompatFeature.QUOTA)) {
      return;
    }
    SuperblockView superblock = state.image().superblock();
    long[] inodes = {
      superblock.userQuotaInode(), superblock.groupQuotaInode(), superblock.projectQuotaInode()
    };
    for (kind = 0; kind < inodes.length; kind++) {
      inode = inodes[kind];
      if (inode > 0 && inode <= geometry.inodeCount()) {
        file();
      }
    }
  }

  private void file() throws IOException {
    InodeRecord record = new InodeReader(state).read(inode);
    if (record == null || record.linkCount() == 0 || record.hasFlag(FileFlag.INLINE_DATA)) {
      wrong(Problem.NONE, Problem.NONE, Problem.NONE);
      return;
    }
    runs.clear();
    seen.clear();
    found = state.usage().of(kind);
    blockCount = record.size() / QuotaFormat.BLOCK_SIZE;
    new MappingCheck(state)
        .walkAgain(
            record,
            false,
            (logical, physical, count) -> {
              if (logical >= 0) {
                runs.put(logical, new long[] {physical, count});
              }
            });
    ByteBuffer header = read(0);
    if (header == null || !QuotaFormat.isHeader(header, kind)) {
      wrong(Problem.NONE, Problem.NONE, Problem.NONE);
      return;
    }
    tree();
    for (Map.Entry<Long, QuotaUsage.Usage> entry : found.entrySet()) {
      QuotaUsage.Usage usage = entry.getValue();
      if (!seen.contains(entry.getKey()) && (usage.inodes() != 0 || usage.space() != 0)) {
        wrong(entry.getKey(), 0, usage.space() != 0 ? usage.space() : usage.inodes());
      }
    }
  }

  /**
   * Reads the tree level by level. Reads each block once, so that the walk ends even if the tree
   * has a cycle.
   */
  private void tree() throws IOException {
    Set<Long> visited = new HashSet<>();
    Set<Long> level = Set.of((long) QuotaFormat.ROOT);
    for (int depth = 0; depth < QuotaFormat.DEPTH; depth++) {
      Set<Long> below = new HashSet<>();
      for (long number : level) {
        ByteBuffer node = read(number);
        for (int i = 0; node != null && i < QuotaFormat.REFERENCES; i++) {
          long reference = QuotaFormat.reference(node, i);
          if (reference != 0 && reference < blockCount && visited.add(reference)) {
            below.add(reference);
          }
        }
      }
      level = below;
    }
    for (long number : level) {
      ByteBuffer leaf = read(number);
      for (int i = 0; leaf != null && i < QuotaFormat.ENTRIES; i++) {
        if (QuotaFormat.isUsed(leaf, i)) {
          entry(leaf, i);
        }
      }
    }
  }

  private void entry(ByteBuffer leaf, int i) {
    long id = QuotaFormat.id(leaf, i);
    if (!seen.add(id)) {
      return; // Linux uses the first entry, too
    }
    QuotaUsage.Usage usage = found.get(id);
    long inodes = usage == null ? 0 : usage.inodes();
    long space = usage == null ? 0 : usage.space();
    if (QuotaFormat.space(leaf, i) != space) {
      wrong(id, QuotaFormat.space(leaf, i), space);
    } else if (QuotaFormat.inodes(leaf, i) != inodes) {
      wrong(id, QuotaFormat.inodes(leaf, i), inodes);
    }
  }

  private void wrong(long id, long stated, long expected) {
    String who = id == Problem.NONE ? KINDS[kind] : KINDS[kind] + " " + id;
    state
        .log()
        .add(Problem.of(ProblemCode.QUOTA_USAGE, inode).name(who).found(stated).expected(expected));
  }

  /**
   * Returns a block of the tree, or null if the block is in a hole or outside of the file. The
   * buffer is valid until the next call.
   */
  private @org.jspecify.annotations.Nullable ByteBuffer read(long number) throws IOException {
    long byteOffset = number * QuotaFormat.BLOCK_SIZE;
    long logical = byteOffset >>> geometry.blockSizeBits();
    Map.Entry<Long, long[]> run = runs.floorEntry(logical);
    if (run == null || logical >= run.getKey() + run.getValue()[1]) {
      return null;
    }
    state.image().readBlock(run.getValue()[0] + logical - run.getKey(), block);
    int within = (int) (byteOffset & geometry.blockSize() - 1);
    return block.slice(within, QuotaFormat.BLOCK_SIZE).order(block.order());
  }
}
