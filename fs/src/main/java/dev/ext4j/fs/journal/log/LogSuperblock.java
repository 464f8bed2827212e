package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The superblock of a log. It records the block at which recovery begins. */
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
   * @throws CorruptionException with JOURNAL if the superblock of the log is damaged
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

  /**
   * Returns the fields of the superblock. Changes take effect on disk when they are {@linkplain
   * #write written}.
   */
  public JournalSuperblock view() {
    return view;
  }

  /**
   * Writes the fields and flushes the log's device. All earlier writes to this device become
   * durable as well.
   */
  public void write() throws IOException {
    writeUnflushed();
    area.device().flush();
  }

  /** Issues the write of the fields. The caller must flush the device before it relies on them. */
  void writeUnflushed() throws IOException {
    view.seal();
    area.write(0, block.duplicate().clear());
  }
}
