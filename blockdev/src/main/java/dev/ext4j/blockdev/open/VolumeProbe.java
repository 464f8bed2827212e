package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.Optional;

/**
 * Recognises a file system on a device. {@code Devices} finds the partition a user means with it,
 * without knowing any on-disk format itself.
 */
@FunctionalInterface
public interface VolumeProbe {
  /**
   * The label of the file system on {@code device}, empty text if it has none; nothing if the
   * device holds no file system that this probe knows. Content never makes it throw.
   */
  Optional<String> label(BlockDevice device) throws IOException;
}
