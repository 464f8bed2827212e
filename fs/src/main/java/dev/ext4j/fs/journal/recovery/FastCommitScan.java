package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.FastCommitBlock;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fast commits that count: those of the first transaction without a full commit. Their
 * area begins with a head, for that transaction or an older one, and each of them begins in a block
 * of its own and ends with a tail. They count as long as tail after tail belongs to the transaction
 * and has the right checksum; what follows is left over from older ones, or was being written.
 *
 * <p>A crash while the first one was written leaves a head and no good tail: then none counts.
 */
public final class FastCommitScan {
  private final LogArea area;
  private final JournalSuperblock journal;
  private final Geometry geometry;
  private final int sequence;
  private int commits;
  private long records;
  private long blockCount;
  private End end = End.EMPTY;
  private long endBlock;

  /** Why no more fast commits count. */
  public enum End {
    /** The log has no room for fast commits, is itself empty, or the area has none. */
    EMPTY,
    /** What follows belongs to another transaction. */
    STALE,
    /** A tail of the transaction has a checksum that does not match. */
    BAD_CHECKSUM,
    /** What follows is no record, or has a length or number that cannot be. */
    NO_RECORD,
    /** The area is full. */
    AREA_FULL
  }

  private FastCommitScan(LogArea area, JournalSuperblock journal, Geometry geometry, int sequence) {
    this.area = area;
    this.journal = journal;
    this.geometry = geometry;
    this.sequence = sequence;
  }

  /**
   * Reads the area.
   *
   * @param sequence number of the first transaction that is not fully committed: {@link
   *     Replay#nextSequence}
   * @throws UnsupportedFeatureException if the fast commits of that transaction need a feature that
   *     is not known
   */
  public static FastCommitScan of(
      LogArea area, JournalSuperblock journal, Geometry geometry, int sequence) throws IOException {
    FastCommitScan scan = new FastCommitScan(area, journal, geometry, sequence);
    // The kernel does not look for fast commits in a log that says that it is empty.
    if (journal.hasFastCommits() && journal.startBlock() != 0) {
      scan.end = new Walk(scan).run();
    }
    return scan;
  }

  /** Number of the transaction that the fast commits belong to. */
  public int sequence() {
    return sequence;
  }

  /** How many fast commits count. */
  public int commits() {
    return commits;
  }

  /** How many records these have. */
  public long records() {
    return records;
  }

  /** How many blocks of the log these take. */
  public long blockCount() {
    return blockCount;
  }

  /** Why there are no more. */
  public End end() {
    return end;
  }

  /** The block of the log where that was found, 0 if there was nothing to look for. */
  public long endBlock() {
    return endBlock;
  }

  /** Shows the records that count. */
  public void visit(FastCommitVisitor visitor) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(geometry.blockSize());
    int commit = 0;
    for (long i = 0; i < blockCount && commit < commits; i++) {
      long logBlock = journal.fastCommitStart() + i;
      area.read(logBlock, buffer.clear());
      FastCommitBlock block = new FastCommitBlock(buffer, geometry);
      while (commit < commits && block.next()) {
        if (block.tag() == FastCommitBlock.Tag.TAIL) {
          commit++;
        } else if (block.tag() == FastCommitBlock.Tag.RECORD) {
          FastCommitRecord change = block.read();
          if (change == null) {
            throw new IllegalStateException("the log changed while it was read");
          }
          visitor.record(commit, logBlock, change);
        }
      }
    }
  }

  /** One walk over the area, which notes in the scan what counts. */
  private static final class Walk {
    private final FastCommitScan scan;
    private final ByteBuffer buffer;
    private int register;
    private long pending;

    Walk(FastCommitScan scan) {
      this.scan = scan;
      buffer = ByteBuffer.allocate(scan.geometry.blockSize());
    }

    End run() throws IOException {
      long first = scan.journal.fastCommitStart();
      for (long logBlock = first; logBlock < scan.journal.length(); logBlock++) {
        scan.endBlock = logBlock;
        scan.area.read(logBlock, buffer.clear());
        FastCommitBlock block = new FastCommitBlock(buffer, scan.geometry);
        while (block.next()) {
          boolean begins = logBlock == first && block.byteOffset() == 0;
          if (begins && block.tag() != FastCommitBlock.Tag.HEAD) {
            return End.EMPTY;
          }
          End ended = step(block, logBlock - first + 1);
          if (ended != null) {
            return ended;
          }
        }
      }
      return End.AREA_FULL;
    }

    private @Nullable End step(FastCommitBlock block, long blocksSoFar) throws IOException {
      if (block.tag() == FastCommitBlock.Tag.NONE) {
        return End.NO_RECORD;
      }
      register = block.addTo(register);
      return switch (block.tag()) {
        case HEAD -> head(block);
        case TAIL -> tail(block, blocksSoFar);
        case RECORD -> {
          pending++;
          yield block.read() == null ? End.NO_RECORD : null;
        }
        default -> null;
      };
    }

    private @Nullable End head(FastCommitBlock block) throws UnsupportedFeatureException {
      if (block.sequence() != scan.sequence) {
        return End.STALE;
      }
      long unknown = block.features() & ~FastCommitBlock.KNOWN_FEATURES;
      if (unknown != 0) {
        throw new UnsupportedFeatureException(
            "fast_commit",
            String.format(
                Locale.ROOT,
                "the fast commits have unknown features 0x%x: they cannot be replayed",
                unknown));
      }
      return null;
    }

    private @Nullable End tail(FastCommitBlock block, long blocksSoFar) {
      if (block.sequence() != scan.sequence) {
        return End.STALE;
      }
      if (block.checksum() != register) {
        return End.BAD_CHECKSUM;
      }
      scan.commits++;
      scan.records += pending;
      scan.blockCount = blocksSoFar;
      pending = 0;
      register = 0;
      return null;
    }
  }
}
