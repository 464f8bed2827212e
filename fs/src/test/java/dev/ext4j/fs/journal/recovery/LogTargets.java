package dev.ext4j.fs.journal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz targets for the code that reads logs. Any bytes must give a value within its bounds or one
 * of the exceptions for bad images, and each walk must end.
 */
public final class LogTargets {
  private static final int BLOCK_SIZE = 4096;
  private static final int LOG_BLOCKS = 1040;
  private static final int MAGIC = 0xC03B3998;
  private static final int OPTIONS = 4; // bytes of an input before those of the log
  private static final int SEED_BLOCKS = 24;

  /** The feature words that decide how a log is read: compatible ones, then incompatible ones. */
  private static final int[][] FEATURES = {
    {0, 0}, {0, 0x3}, {1, 0x1}, {0, 0x9}, {0, 0xB}, {0, 0x13}, {0, 0x11}, {0, 0x33}, {1, 0x7}
  };

  private LogTargets() {}

  /**
   * Reads fast commits. The first byte says whether their checksums are made right; the area
   * follows.
   */
  public static void fastCommits(byte[] input) throws IOException {
    records(input);
  }

  /** Does the same, and returns the number of records that count. */
  static long records(byte[] input) throws IOException {
    byte[] bytes = Arrays.copyOf(input, Math.max(1, input.length));
    FastCommitArea area = new FastCommitArea().fill(Arrays.copyOfRange(bytes, 1, bytes.length));
    if ((bytes[0] & 1) != 0) {
      area.seal();
    }
    try {
      FastCommitScan scan = area.scan();
      long[] seen = {0};
      scan.visit(
          (commit, logBlock, change) -> {
            seen[0]++;
            assertThat(commit).isBetween(0, scan.commits() - 1);
            check(change);
          });
      assertThat(seen[0]).isEqualTo(scan.records());
      return seen[0];
    } catch (UnsupportedFeatureException expected) {
      assertThat(expected.feature()).isEqualTo("fast_commit");
      return 0;
    }
  }

  private static void check(FastCommitRecord change) {
    Geometry geometry = FastCommitArea.geometry();
    assertThat(change.inodeNumber()).isBetween(1L, geometry.inodeCount());
    if (change instanceof FastCommitRecord.AddRange range) {
      assertThat(geometry.containsBlocks(range.physicalBlock(), range.blockCount())).isTrue();
      assertThat(range.logicalBlock() + range.blockCount()).isLessThanOrEqualTo(1L << 32);
    } else if (change instanceof FastCommitRecord.EntryChange entry) {
      assertThat(entry.name().remaining()).isBetween(1, 255);
      assertThat(entry.parentInodeNumber()).isBetween(1L, geometry.inodeCount());
    } else if (change instanceof FastCommitRecord.InodeUpdate inode) {
      assertThat(inode.raw().remaining()).isBetween(128, geometry.inodeSize());
    }
  }

  /**
   * Reads a log. Four bytes choose the features, the first block, whether checksums are made right,
   * and the sequence number. The blocks from the first one on follow.
   */
  public static void log(byte[] input) throws IOException {
    transactions(input);
  }

  /** Does the same, and returns the number of transactions. */
  static int transactions(byte[] input) throws IOException {
    MemoryLog log = new MemoryLog(Arrays.copyOf(input, Math.max(OPTIONS, input.length)));
    try {
      JournalSuperblock journal =
          JournalSuperblock.of(ByteBuffer.wrap(log.content, 0, BLOCK_SIZE), BLOCK_SIZE, LOG_BLOCKS);
      Geometry geometry = FastCommitArea.geometry();
      Replay replay = Replay.of(log, journal, geometry);
      assertThat(replay.copies().size()).isLessThanOrEqualTo(LOG_BLOCKS);
      Counts counts = new Counts();
      LogEnd end = LogWalk.of(log, journal, geometry, counts);
      assertThat(counts.commits).isEqualTo(replay.transactions());
      assertThat(end.sequence()).isEqualTo(replay.nextSequence());
      assertThat(end.damaged()).isEqualTo(replay.damaged());
      assertThat(counts.blocks).isGreaterThanOrEqualTo(replay.copies().size());
      FastCommitScan.of(log, journal, geometry, replay.nextSequence());
      return replay.transactions();
    } catch (CorruptionException | UnsupportedFeatureException expected) {
      return 0;
    }
  }

  /** Returns sound inputs for fast commits, to be damaged. */
  public static List<byte[]> fastCommitSeeds() {
    byte[] raw = new byte[160];
    byte[] inode = Arrays.copyOf(FastCommitArea.words(12), 4 + raw.length);
    FastCommitArea area =
        new FastCommitArea()
            .head(0, FastCommitArea.SEQUENCE)
            .tag(6, inode)
            .tag(FastCommitArea.ADD_RANGE, FastCommitArea.words(12, 0, 3, 500))
            .tag(FastCommitArea.CREATE, FastCommitArea.entry(2, 12, "name"))
            .tail(FastCommitArea.SEQUENCE)
            .tag(FastCommitArea.UNLINK, FastCommitArea.entry(2, 12, "name"))
            .tag(2, FastCommitArea.words(12, 1, -2))
            .pad()
            .tag(6, inode)
            .tail(FastCommitArea.SEQUENCE);
    return List.of(with(1, area.area()), with(0, area.area()));
  }

  /** Returns the log of an image that the kernel left dirty, under each set of features. */
  public static List<byte[]> logSeeds() throws IOException {
    byte[] image = GoldenImage.DIRTY_JOURNAL.bytes();
    int at = 0;
    ByteBuffer bytes = ByteBuffer.wrap(image);
    while (bytes.getInt(at) != MAGIC || bytes.getInt(at + 4) != 4) {
      at += BLOCK_SIZE;
    }
    int start = at + bytes.getInt(at + 0x1C) * BLOCK_SIZE;
    int sequence = bytes.getInt(at + 0x18);
    byte[] log = Arrays.copyOfRange(image, start, start + SEED_BLOCKS * BLOCK_SIZE);
    byte[][] seeds = new byte[FEATURES.length][];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = new byte[OPTIONS + log.length];
      seeds[i][0] = (byte) i;
      seeds[i][1] = 1;
      seeds[i][2] = 1;
      seeds[i][3] = (byte) sequence;
      System.arraycopy(log, 0, seeds[i], OPTIONS, log.length);
    }
    return List.of(seeds);
  }

  private static byte[] with(int first, byte[] rest) {
    byte[] all = new byte[1 + rest.length];
    all[0] = (byte) first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private static final class Counts implements LogVisitor {
    private int blocks;
    private int commits;

    @Override
    public void block(long logBlock, long block, boolean escaped, boolean valid) {
      blocks++;
    }

    @Override
    public void revoke(long logBlock, long block) {}

    @Override
    public void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime) {
      commits++;
      assertThat(commitTime).isNotNull();
    }
  }

  /** A log in memory whose ring wraps around. */
  private static final class MemoryLog implements LogArea {
    private final byte[] content = new byte[LOG_BLOCKS * BLOCK_SIZE];
    private final ByteBuffer bytes = ByteBuffer.wrap(content);

    MemoryLog(byte[] input) {
      int[] features = FEATURES[(input[0] & 0xFF) % FEATURES.length];
      int start = 1 + (input[1] & 0xFF) * 4; // near the end of the ring as well
      bytes.putInt(0, MAGIC).putInt(4, 4).putInt(0xC, BLOCK_SIZE).putInt(0x10, LOG_BLOCKS);
      bytes.putInt(0x14, 1).putInt(0x18, input[3] & 0xFF).putInt(0x1C, start);
      bytes.putInt(0x24, features[0]).putInt(0x28, features[1]);
      bytes.put(0x50, (byte) 4).putInt(0x54, 8);
      int end = LOG_BLOCKS - ((features[1] & 0x20) != 0 ? 8 : 0);
      for (int from = OPTIONS, block = start; from < input.length; from += BLOCK_SIZE) {
        int count = Math.min(BLOCK_SIZE, input.length - from);
        System.arraycopy(input, from, content, block * BLOCK_SIZE, count);
        block = block + 1 == end ? 1 : block + 1;
      }
      if ((features[1] & 0x18) != 0) {
        seal((input[2] & 1) != 0);
      }
    }

    private void seal(boolean blocksAsWell) {
      int superblock =
          Crc32c.from(~0).add(bytes, 0, 0xFC).addZeros(4).add(bytes, 0x100, 1024).value();
      bytes.putInt(0xFC, superblock);
      int seed = Crc32c.from(~0).add(bytes, 0x30, 0x40).value();
      for (int at = BLOCK_SIZE; blocksAsWell && at < content.length; at += BLOCK_SIZE) {
        if (bytes.getInt(at) == MAGIC) {
          int field = bytes.getInt(at + 4) == 2 ? at + 0x10 : at + BLOCK_SIZE - 4;
          bytes.putInt(field, 0);
          bytes.putInt(field, Crc32c.from(seed).add(bytes, at, at + BLOCK_SIZE).value());
        }
      }
    }

    @Override
    public long blockCount() {
      return LOG_BLOCKS;
    }

    @Override
    public BlockDevice device() {
      throw new AssertionError("only blocks of the log are read");
    }

    @Override
    public void read(long i, ByteBuffer block) {
      block.put(content, Math.toIntExact(i * BLOCK_SIZE), BLOCK_SIZE);
    }

    @Override
    public void write(long i, ByteBuffer blocks) {
      throw new AssertionError("a walk writes nothing");
    }

    @Override
    public long byteOffset(long i) {
      return i * BLOCK_SIZE;
    }
  }
}
