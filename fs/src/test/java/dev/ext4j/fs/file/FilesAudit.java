package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.util.List;

/**
 * {@link SpaceAudit} for tests of other packages, of files that are all there is beside the rest.
 */
public final class FilesAudit {
  private FilesAudit() {}

  /** Fails unless trees, status, bitmaps and counters of files agree; nothing may be under way. */
  public static void verify(FileContext context, Mount mount, List<Inode> files)
      throws IOException {
    new SpaceAudit(context, mount.groups(), files)
        .verify(context, mount.groups(), mount.superblock(), files);
  }
}
