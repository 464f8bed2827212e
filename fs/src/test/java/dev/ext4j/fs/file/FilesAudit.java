package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.List;

/**
 * A {@link SpaceAudit} for tests of other packages. All clusters that the given files do not use
 * count as those of other files, so lost clusters are not found.
 */
public final class FilesAudit {
  private FilesAudit() {}

  /**
   * Fails unless trees, status, bitmaps and counters of the files agree. No operation may be
   * running.
   */
  public static void verify(Volume volume, Mount mount, List<Inode> files) throws IOException {
    new SpaceAudit(volume, mount.groups(), files)
        .verify(volume, mount.groups(), mount.superblock(), files);
  }
}
