package dev.ext4j.fs.report;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inspect.JournalVisitor.InodeState;
import dev.ext4j.fs.journal.LogArea;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A reader for inodes in the journal. It does not verify the checksums of these inodes. */
final class InodeStates {
  private InodeStates() {}

  /**
   * Reads an inode from a logged block of the inode table. An escaped block is read as it is in the
   * log. There, the first two fields of the first inode in the block are zero.
   */
  static InodeState inTableBlock(LogArea area, long logBlock, Geometry geometry, long inodeNumber)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    area.read(logBlock, block.clear());
    long index = (inodeNumber - 1) % geometry.inodesPerGroup();
    long within = index * geometry.inodeSize() & geometry.blockSize() - 1;
    return of(new InodeView(geometry, inodeNumber, block, (int) within), inodeNumber);
  }

  /** Reads an inode from a fast commit record, which may have fewer bytes than an inode on disk. */
  static InodeState ofRecord(long inodeNumber, ByteBuffer raw, Geometry geometry) {
    ByteBuffer whole = ByteBuffer.allocate(geometry.inodeSize()).order(ByteOrder.LITTLE_ENDIAN);
    whole.put(raw.duplicate().clear());
    return of(new InodeView(geometry, inodeNumber, whole, 0), inodeNumber);
  }

  private static InodeState of(InodeView view, long inodeNumber) {
    return new InodeState(
        inodeNumber,
        view.mode(),
        view.size(),
        view.sectors(),
        view.linkCount(),
        view.modificationTime(),
        view.deletionTime());
  }
}
