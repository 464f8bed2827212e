package dev.ext4j.fs.dir;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;

/**
 * Counts a directory's subdirectories in its link count, as Linux does: with dir_nlink a directory
 * with a hash tree that has too many for the field counts 1, for ever.
 */
public final class SubdirectoryCount {
  private static final int MAX_LINKS = 65000; // EXT4_LINK_MAX
  private static final int TOO_MANY = 1;

  private final Inode directory;
  private final boolean countless;

  /** The count of a directory. */
  public SubdirectoryCount(Inode directory, Geometry geometry) {
    this.directory = directory;
    this.countless =
        geometry.features().has(RoCompatFeature.DIR_NLINK)
            && geometry.features().has(CompatFeature.DIR_INDEX)
            && directory.has(FileFlag.INDEX);
  }

  /**
   * Counts one more.
   *
   * @throws FileOperationException EMLINK if the field is full and may not give up counting
   */
  public void increase(Handle handle) throws FileOperationException {
    int links = directory.fields().linkCount();
    if (links >= MAX_LINKS && !countless) {
      throw new FileOperationException(Errno.EMLINK, directory + ": too many subdirectories");
    }
    if (links != TOO_MANY) {
      set(handle, links + 1 > MAX_LINKS ? TOO_MANY : links + 1);
    }
  }

  /** Counts one less; a count that was given up stays, as does that of an empty directory. */
  public void decrease(Handle handle) {
    int links = directory.fields().linkCount();
    if (links > 2) {
      set(handle, links - 1);
    }
  }

  private void set(Handle handle, int links) {
    directory.declare(handle);
    InodeView fields = directory.fields();
    fields.setLinkCount(links);
    directory.seal();
  }
}
