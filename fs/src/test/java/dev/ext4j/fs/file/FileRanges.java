package dev.ext4j.fs.file;

import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The operations that a {@link RangeOperation} names, done by ext4j through its public API or on
 * inner parts that the test provides.
 */
public final class FileRanges {
  private static final ProgressListener PROGRESS = ProgressListener.NONE;

  private FileRanges() {}

  /** Applies an operation to a file of the root directory, through the public API. */
  public static void apply(Ext4FileSystem fs, RangeOperation operation) throws IOException {
    String path = "/" + operation.file();
    apply(fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8))), operation);
  }

  private static void apply(Ext4File file, RangeOperation operation) throws IOException {
    long at = operation.byteOffset();
    long count = operation.byteCount();
    switch (operation.kind()) {
      case PUNCH -> file.punch(at, count, PROGRESS);
      case ZERO -> file.zero(at, count, Size.GROW, PROGRESS);
      case ZERO_KEEPING_SIZE -> file.zero(at, count, Size.KEEP, PROGRESS);
      case ALLOCATE -> file.allocate(at, count, Size.GROW, PROGRESS);
      case ALLOCATE_KEEPING_SIZE -> file.allocate(at, count, Size.KEEP, PROGRESS);
      case COLLAPSE -> file.collapse(at, count, PROGRESS);
      case INSERT -> file.insert(at, count, PROGRESS);
      case TRUNCATE -> file.truncate(at, PROGRESS);
      case WRITE -> file.writeDirect(at, ByteBuffer.wrap(operation.content()));
    }
  }

  /** Applies an operation to an inode. */
  public static void apply(Inode inode, Volume volume, OrphanList orphans, RangeOperation operation)
      throws IOException {
    long at = operation.byteOffset();
    long count = operation.byteCount();
    switch (operation.kind()) {
      case PUNCH -> new PunchHole(inode, volume, at, count, PROGRESS).punch();
      case ZERO -> new ZeroRange(inode, volume, at, count, Size.GROW, PROGRESS).zero();
      case ZERO_KEEPING_SIZE -> new ZeroRange(inode, volume, at, count, Size.KEEP, PROGRESS).zero();
      case ALLOCATE -> new Fallocate(inode, volume, at, count, Size.GROW, PROGRESS).allocate();
      case ALLOCATE_KEEPING_SIZE ->
          new Fallocate(inode, volume, at, count, Size.KEEP, PROGRESS).allocate();
      case COLLAPSE -> new CollapseRange(inode, volume, at, count, PROGRESS).collapse();
      case INSERT -> new InsertRange(inode, volume, at, count, PROGRESS).insert();
      case TRUNCATE -> new Truncate(inode, volume, at, orphans, PROGRESS).truncate();
      case WRITE -> new FileWriter(inode, volume, at, ByteBuffer.wrap(operation.content())).write();
    }
  }
}
