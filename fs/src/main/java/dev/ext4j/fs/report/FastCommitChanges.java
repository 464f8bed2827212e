package dev.ext4j.fs.report;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inspect.JournalVisitor.Change;
import dev.ext4j.fs.inspect.JournalVisitor.ChangeKind;
import dev.ext4j.fs.inspect.JournalVisitor.InodeState;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A converter of fast commit records to values of the public API. */
final class FastCommitChanges {
  private static final ByteBuffer NO_NAME = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private FastCommitChanges() {}

  static Change of(int commit, long logBlock, FastCommitRecord record, Geometry geometry) {
    if (record instanceof FastCommitRecord.AddRange range) {
      return range(
          commit,
          logBlock,
          ChangeKind.ADD_RANGE,
          range.inodeNumber(),
          range.logicalBlock(),
          range.physicalBlock(),
          range.blockCount(),
          range.unwritten());
    }
    if (record instanceof FastCommitRecord.DeleteRange range) {
      return range(
          commit,
          logBlock,
          ChangeKind.DELETE_RANGE,
          range.inodeNumber(),
          range.logicalBlock(),
          0,
          range.blockCount(),
          false);
    }
    if (record instanceof FastCommitRecord.EntryChange entry) {
      return change(
          commit,
          logBlock,
          kind(entry),
          entry.inodeNumber(),
          entry.parentInodeNumber(),
          entry.name(),
          Optional.empty());
    }
    if (record instanceof FastCommitRecord.InodeUpdate inode) {
      return change(
          commit,
          logBlock,
          ChangeKind.INODE,
          inode.inodeNumber(),
          0,
          NO_NAME,
          Optional.of(InodeStates.ofRecord(inode.inodeNumber(), inode.raw(), geometry)));
    }
    throw new AssertionError(record);
  }

  private static ChangeKind kind(FastCommitRecord.EntryChange entry) {
    if (entry instanceof FastCommitRecord.Create) {
      return ChangeKind.CREATE;
    }
    return entry instanceof FastCommitRecord.Link ? ChangeKind.LINK : ChangeKind.UNLINK;
  }

  private static Change range(
      int commit,
      long logBlock,
      ChangeKind kind,
      long inodeNumber,
      long logicalBlock,
      long physicalBlock,
      long blockCount,
      boolean unwritten) {
    return new Change(
        commit,
        logBlock,
        kind,
        inodeNumber,
        0,
        NO_NAME,
        logicalBlock,
        physicalBlock,
        blockCount,
        unwritten,
        Optional.empty());
  }

  private static Change change(
      int commit,
      long logBlock,
      ChangeKind kind,
      long inodeNumber,
      long parentInodeNumber,
      ByteBuffer name,
      Optional<InodeState> inode) {
    return new Change(
        commit, logBlock, kind, inodeNumber, parentInodeNumber, name, 0, 0, 0, false, inode);
  }
}
