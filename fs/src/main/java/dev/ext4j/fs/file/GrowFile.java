package dev.ext4j.fs.file;

import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/** The extension of a file by a hole after its end, as in truncate(2). */
final class GrowFile extends FileOperation {
  private final long newSize;

  /** Creates an extension to {@code newSize} bytes, which is not less than the size of the file. */
  GrowFile(Inode inode, Volume volume, long newSize) {
    super(inode, volume);
    this.newSize = newSize;
  }

  @Override
  void check() throws IOException {
    FallocateChecks.checkSize(inode, volume.geometry(), mapper, 0, newSize);
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    pages.settleTail();
  }

  @Override
  long touchedEnd() {
    return Long.MAX_VALUE;
  }

  @Override
  int startCredits() {
    return 1 + InlineData.credits() + EdgeZeroing.CREDITS;
  }

  @Override
  void work(Handle handle) throws IOException {
    touch(handle);
    if (inode.has(FileFlag.INLINE_DATA) && newSize > new InlineData(inode).capacity()) {
      leaveInode(handle);
    }
    if (!inode.has(FileFlag.INLINE_DATA)) {
      zeroTail(handle);
    }
    setSize(handle, newSize);
  }

  @Override
  String doneInPart() {
    return "nothing was changed";
  }
}
