package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileFlag;

/**
 * The count of a directory's subdirectories in its link count, as in Linux. With dir_nlink and a
 * hash tree, the link count becomes 1 when the field is too small, and stays 1.
 */
public final class SubdirectoryCount {
  private static final int MAX_LINKS = 65000; // EXT4_LINK_MAX
  private static final int TOO_MANY = 1;

  private final Inode directory;
  private final boolean countless;

  /** Creates the count of a directory. */
  public SubdirectoryCount(Inode directory, Geometry geometry) {
    this.directory = directory;
    this.countless =
        geometry.features().has(RoCompatFeature.DIR_NLINK)
            && geometry.features().has(CompatFeature.DIR_INDEX)
            && directory.has(FileFlag.INDEX);
  }

  /**
   * Counts one more subdirectory.
   *
   * @throws FileOperationException with EMLINK if the field is full and the count cannot become 1
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

  /**
   * Counts one subdirectory less. A link count of 1 or 2 stays as it is: a count that was given up,
   * or an empty directory.
   */
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
