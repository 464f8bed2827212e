package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.Optional;

/**
 * A test for a file system on a device. {@code Devices} uses it to find the partition that a user
 * means, without knowing any on-disk format itself.
 */
@FunctionalInterface
public interface VolumeProbe {
  /**
   * Returns the label of the file system on {@code device}, or empty text if it has no label.
   * Returns an empty optional if the device holds no file system that this probe knows. This method
   * throws an exception only if a read fails, whatever the content of the device is.
   */
  Optional<String> label(BlockDevice device) throws IOException;

  /**
   * Returns the UUID of the file system on {@code device} as text in lower case. Returns an empty
   * optional if the device holds no file system that this probe knows, or if the probe does not
   * know UUIDs. Fails as {@link #label} does.
   */
  default Optional<String> uuid(BlockDevice device) throws IOException {
    return Optional.empty();
  }
}
