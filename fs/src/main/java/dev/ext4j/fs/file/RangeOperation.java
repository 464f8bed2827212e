package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/** An operation on a byte range of a file, like one call of fallocate(2). */
abstract class RangeOperation extends FileOperation {
  final long byteOffset;
  final long byteCount;
  final ProgressListener progress;

  RangeOperation(
      Inode inode, Volume volume, long byteOffset, long byteCount, ProgressListener progress) {
    super(inode, volume);
    this.byteOffset = byteOffset;
    this.byteCount = byteCount;
    this.progress = progress;
  }

  /** Returns the byte after the range. {@link #check} makes sure that the sum does not overflow. */
  final long byteEnd() {
    return byteOffset + byteCount;
  }

  @Override
  void check() throws IOException {
    FallocateChecks.check(inode, volume, byteOffset, byteCount);
  }
}
