package dev.ext4j.fs.fsck;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;

/** Image files, as the checker sees them. */
final class ImageFile {
  private static final long NOW = 1L << 33; // later than any time in an image

  private ImageFile() {}

  /** Returns the report of the checker on the state on disk. */
  static FsckReport check(Path image) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
      return new Checker(device, FsckOptions.at(NOW), ProgressListener.NONE).run();
    }
  }
}
