package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the ring of the log block by block, going on at its start when it has come to its end. */
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

  /** Reads the next block; the view is good until the next read. */
  LogBlock next() throws IOException {
    area.read(at, buffer.clear());
    step(1);
    return new LogBlock(buffer);
  }

  /** The bytes read last. */
  ByteBuffer bytes() {
    return buffer;
  }

  /** The block of the log that comes next. */
  long position() {
    return at;
  }

  /** The block of the log {@code count} blocks further on. */
  long ahead(long count) {
    long ring = journal.endBlock() - journal.firstBlock();
    return journal.firstBlock() + (at - journal.firstBlock() + count) % ring;
  }

  void step(long count) {
    at = ahead(count);
    passed += count;
  }

  /** Whether the whole ring has been passed: what comes now has been seen. */
  boolean isWorn() {
    return passed >= journal.endBlock() - journal.firstBlock();
  }
}
