package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The superblock of a log in use. It records where recovery begins. */
public final class LogSuperblock {
  private final LogArea area;
  private final ByteBuffer block;
  private final JournalSuperblock view;

  private LogSuperblock(LogArea area, ByteBuffer block, JournalSuperblock view) {
    this.area = area;
    this.block = block;
    this.view = view;
  }

  /**
   * Reads the first block of a log.
   *
   * @throws CorruptionException with JOURNAL if its superblock is damaged
   * @throws UnsupportedFeatureException if the log has an unknown feature, which the message names
   */
  public static LogSuperblock read(LogArea area, int blockSize) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(blockSize);
    area.read(0, block);
    block.clear();
    return new LogSuperblock(
        area, block, JournalSuperblock.of(block, blockSize, area.blockCount()));
  }

  /** Returns the area that holds the log. */
  public LogArea area() {
    return area;
  }

  /** Returns its fields. Changes take effect when they are {@linkplain #write written}. */
  public JournalSuperblock view() {
    return view;
  }

  /** Makes changes of the fields durable, and all earlier writes to the log's device. */
  public void write() throws IOException {
    writeUnflushed();
    area.device().flush();
  }

  /**
   * Issues the write of changed fields. The caller flushes the device before it depends on them.
   */
  void writeUnflushed() throws IOException {
    view.seal();
    area.write(0, block.duplicate().clear());
  }
}
