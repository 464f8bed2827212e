package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk over the transactions that {@link LogScan} finds complete. It also reports why the log
 * ends after them.
 */
public final class LogWalk {
  private final LogArea area;
  private final JournalSuperblock journal;
  private final LogVisitor visitor;
  private final LogReader reader;
  private final ByteBuffer logged;
  private int sequence;

  private LogWalk(LogArea area, JournalSuperblock journal, int blockSize, LogVisitor visitor) {
    this.area = area;
    this.journal = journal;
    this.visitor = visitor;
    reader = new LogReader(area, journal, blockSize);
    logged = ByteBuffer.allocate(blockSize).order(ByteOrder.LITTLE_ENDIAN);
    sequence = journal.sequence();
  }

  /**
   * Passes all contents of the complete transactions to a visitor. Returns the end of these
   * transactions.
   */
  public static LogEnd of(
      LogArea area, JournalSuperblock journal, Geometry geometry, LogVisitor visitor)
      throws IOException {
    if (journal.startBlock() == 0) {
      return new LogEnd(LogEnd.Reason.EMPTY, journal.sequence(), 0, false);
    }
    LogScan scan = LogScan.of(area, journal, geometry);
    LogWalk walk = new LogWalk(area, journal, geometry.blockSize(), visitor);
    walk.transactions(scan.endSequence());
    return walk.end(scan.damaged());
  }

  private record Tag(long block, boolean escaped, int checksum) {}

  private record Revoke(long logBlock, long block) {}

  private void transactions(int endSequence) throws IOException {
    long first = reader.position();
    while (sequence != endSequence) {
      long logBlock = reader.position();
      LogBlock block = reader.next();
      switch (block.type()) {
        case DESCRIPTOR -> loggedBlocks(block);
        case REVOKE -> {
          List<Revoke> revokes = new ArrayList<>();
          block.revokes(journal, home -> revokes.add(new Revoke(logBlock, home)));
          for (Revoke revoke : revokes) {
            visitor.revoke(revoke.logBlock, revoke.block);
          }
        }
        case COMMIT -> {
          visitor.commit(sequence, first, logBlock, block.commitInstant());
          first = reader.position();
          sequence++;
        }
        case OTHER -> throw new IllegalStateException("the log changed while it was read");
      }
    }
  }

  private void loggedBlocks(LogBlock descriptor) throws IOException {
    List<Tag> tags = new ArrayList<>();
    descriptor.tags(
        journal, (index, home, escaped, checksum) -> tags.add(new Tag(home, escaped, checksum)));
    for (Tag tag : tags) {
      long logBlock = reader.position();
      boolean valid = true;
      if (journal.hasChecksums()) {
        area.read(logBlock, logged.clear());
        valid = Replay.isValid(tag.checksum, logged, journal, sequence);
      }
      visitor.block(logBlock, tag.block, tag.escaped, valid);
      reader.step(1);
    }
  }

  /** Reads the transaction that is not complete, to find the reason why the log ends. */
  private LogEnd end(boolean damaged) throws IOException {
    boolean begun = false;
    long first = reader.position();
    while (!reader.isWorn()) {
      long logBlock = reader.position();
      LogBlock block = reader.next();
      if (block.type() == LogBlock.Type.OTHER || block.sequence() != sequence) {
        if (begun) {
          return new LogEnd(LogEnd.Reason.NO_COMMIT, sequence, first, damaged);
        }
        boolean header = block.type() != LogBlock.Type.OTHER;
        return new LogEnd(
            header ? LogEnd.Reason.OTHER_SEQUENCE : LogEnd.Reason.NO_HEADER,
            sequence,
            logBlock,
            damaged);
      }
      if (block.type() == LogBlock.Type.COMMIT) {
        return new LogEnd(LogEnd.Reason.NOT_VALID, sequence, first, damaged);
      }
      if (block.type() == LogBlock.Type.DESCRIPTOR) {
        reader.step(block.tags(journal, (index, home, escaped, checksum) -> {}));
      }
      begun = true;
    }
    return new LogEnd(
        begun ? LogEnd.Reason.NO_COMMIT : LogEnd.Reason.RING_FULL, sequence, first, damaged);
  }
}
