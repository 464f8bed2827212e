package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A reader for the ring of the log, block by block. After the last block it continues with the
 * first.
 */
final class LogReader {
  private final LogArea area;
  private final JournalSuperblock journal;
  private final ByteBuffer buffer;
  private long at;
  private long passed;

  LogReader(LogArea area, JournalSuperblock journal, int blockSize) {
    this.area = area;
    this.journal = journal;
    this.buffer = ByteBuffer.allocate(blockSize).order(ByteOrder.LITTLE_ENDIAN);
    this.at = journal.startBlock();
  }

  /** Reads the next block. The view is valid until the next read. */
  LogBlock next() throws IOException {
    area.read(at, buffer.clear());
    step(1);
    return new LogBlock(buffer);
  }

  /** Returns the bytes of the block read last. */
  ByteBuffer bytes() {
    return buffer;
  }

  /** Returns the block of the log that is read next. */
  long position() {
    return at;
  }

  /** Returns the block of the log that is {@code count} blocks after {@link #position}. */
  long ahead(long count) {
    long ring = journal.endBlock() - journal.firstBlock();
    return journal.firstBlock() + (at - journal.firstBlock() + count) % ring;
  }

  void step(long count) {
    at = ahead(count);
    passed += count;
  }

  /**
   * Returns whether the whole ring has been read, so that {@link #next} would read a block again.
   */
  boolean isWorn() {
    return passed >= journal.endBlock() - journal.firstBlock();
  }
}
