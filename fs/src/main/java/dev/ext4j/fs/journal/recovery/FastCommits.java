package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.log.LogSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tells whether there are fast commits that count. */
public final class FastCommits {
  private static final int HEAD = 9; // EXT4_FC_TAG_HEAD
  private static final int TID = 8;

  private FastCommits() {}

  /** Whether the first fast-commit block belongs to what follows the last full commit. */
  public static boolean follow(LogSuperblock log, int sequence, Geometry geometry)
      throws IOException {
    JournalSuperblock journal = log.view();
    if (!journal.hasFastCommits()) {
      return false;
    }
    ByteBuffer block = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    log.area().read(journal.endBlock(), block);
    return (block.getShort(0) & 0xFFFF) == HEAD && block.getInt(TID) == sequence;
  }
}
