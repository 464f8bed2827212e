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
 * A scan that finds the complete fast commits. They belong to the first transaction that has no
 * full commit. The fast commit area begins with a head tag. The head names this transaction or an
 * older one. Each fast commit begins in a new block and ends with a tail tag. The fast commits are
 * complete up to the first tail that belongs to another transaction or has a wrong checksum. The
 * rest of the area is left over from older fast commits, or is a fast commit whose write was
 * interrupted.
 *
 * <p>If a crash interrupts the write of the first fast commit, no valid tail follows the head, and
 * no fast commit is complete.
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

  /** The reasons why the scan ended. */
  public enum End {
    /** The log has no area for fast commits, the log is empty, or the area has no head. */
    EMPTY,
    /** The next head or tail belongs to another transaction. */
    STALE,
    /** A tail of the transaction has a checksum that does not match. */
    BAD_CHECKSUM,
    /** The next bytes are not a tag, or the length or a number in the tag is invalid. */
    NO_RECORD,
    /** The area has been read completely. */
    AREA_FULL
  }

  private FastCommitScan(LogArea area, JournalSuperblock journal, Geometry geometry, int sequence) {
    this.area = area;
    this.journal = journal;
    this.geometry = geometry;
    this.sequence = sequence;
  }

  /**
   * Reads the fast commit area.
   *
   * @param sequence number of the first transaction that is not fully committed: {@link
   *     Replay#nextSequence}
   * @throws UnsupportedFeatureException if the fast commits of that transaction need an unknown
   *     feature
   */
  public static FastCommitScan of(
      LogArea area, JournalSuperblock journal, Geometry geometry, int sequence) throws IOException {
    FastCommitScan scan = new FastCommitScan(area, journal, geometry, sequence);
    // The kernel does not look for fast commits in a log that is marked as empty.
    if (journal.hasFastCommits() && journal.startBlock() != 0) {
      scan.end = new Walk(scan).run();
    }
    return scan;
  }

  /** Returns the number of the transaction that the fast commits belong to. */
  public int sequence() {
    return sequence;
  }

  /** Returns the number of complete fast commits. */
  public int commits() {
    return commits;
  }

  /** Returns the number of records in the complete fast commits. */
  public long records() {
    return records;
  }

  /** Returns the number of blocks of the log that the complete fast commits take. */
  public long blockCount() {
    return blockCount;
  }

  /** Returns why the scan ended. */
  public End end() {
    return end;
  }

  /** Returns the block of the log at which the scan ended, or 0 if the area was not read. */
  public long endBlock() {
    return endBlock;
  }

  /** Passes the records of the complete fast commits to a visitor. */
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

  /** A walk over the area, which adds the complete fast commits to the scan. */
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
