package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import java.io.IOException;
import java.util.List;

/**
 * A device as it will be after recovery, for who wants to look at it block by block. Nothing is
 * written.
 *
 * @param device the view, or the device itself where there is nothing to replay, or nothing that
 *     can be; closing it closes nothing of the device
 * @param warnings what the user should know
 */
public record ReplayedView(BlockDevice device, List<String> warnings) {
  /** Copies the list. */
  public ReplayedView {
    warnings = List.copyOf(warnings);
  }

  /** The view of a device; {@code options} are those for reading. */
  public static ReplayedView of(BlockDevice device, OpenOptions options) throws IOException {
    try {
      if (!SuperblockLoader.load(device, options).needsRecovery()) {
        return new ReplayedView(device, List.of());
      }
      Opening opening = Opening.of(device, options);
      return new ReplayedView(opening.device(), opening.warnings());
    } catch (Ext4Exception e) {
      return new ReplayedView(device, List.of()); // whoever looks at it will find that out
    }
  }
}
