package dev.ext4j.cli.image;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.ForeignFormat;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import java.io.IOException;
import java.util.Optional;

/**
 * The advice for an image whose superblock cannot be used: what the image is instead, or where a
 * backup of the superblock is.
 */
public final class Diagnosis {
  private static final int SMALLEST_BLOCK = 1024;
  private static final int LARGEST_BLOCK = 65536;
  private static final int BITS = 8;

  private Diagnosis() {}

  /**
   * Returns the failure to throw for an image that could not be opened: the same failure, with
   * advice in its message if there is any.
   */
  public static CorruptionException of(BlockDevice device, CorruptionException failure) {
    if (failure.kind() != CorruptionException.Kind.NOT_EXT4
        && failure.kind() != CorruptionException.Kind.SUPERBLOCK) {
      return failure;
    }
    String advice = advice(device);
    if (advice.isEmpty()) {
      return failure;
    }
    return new CorruptionException(failure.kind(), failure.getMessage() + "; " + advice);
  }

  private static String advice(BlockDevice device) {
    try {
      Optional<ForeignFormat> format = ForeignFormat.of(device);
      if (format.isPresent()) {
        return "it is " + format.get().explanation();
      }
      if (isReadable(device)) {
        return ""; // only a change is refused, and a backup does not help with that
      }
      for (int size = SMALLEST_BLOCK; size <= LARGEST_BLOCK; size *= 2) {
        long block = firstBackup(size);
        if (block * size < device.size() && isBackup(device, block, size)) {
          return "there is a backup in block "
              + block
              + ": --superblock "
              + block
              + " --blocksize "
              + size
              + " reads it, and 'e2fsck -b "
              + block
              + " -B "
              + size
              + "' repairs the file system";
        }
      }
    } catch (IOException e) {
      // The image cannot be read here either, so the first failure is all that is known.
    }
    return "";
  }

  private static boolean isReadable(BlockDevice device) throws IOException {
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
      return fileSystem.info().blockSize() > 0;
    } catch (Ext4Exception e) {
      return false;
    }
  }

  /** Returns the first block of group 1, which has a backup unless the file system has none. */
  private static long firstBackup(int blockSize) {
    return (long) BITS * blockSize + (blockSize == SMALLEST_BLOCK ? 1 : 0);
  }

  private static boolean isBackup(BlockDevice device, long block, int blockSize)
      throws IOException {
    OpenOptions options = OpenOptions.builder().backupSuperblock(block, blockSize).build();
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(device, options)) {
      return fileSystem.info().blockSize() == blockSize;
    } catch (Ext4Exception e) {
      return false;
    }
  }
}
