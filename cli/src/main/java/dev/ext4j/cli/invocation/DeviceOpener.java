package dev.ext4j.cli.invocation;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;

/** The source of the devices that a command works on. */
public interface DeviceOpener {
  /** The opener that opens the devices directly, without a recording. */
  DeviceOpener DIRECT = (address, mode) -> Devices.open(address, mode, new Ext4Probe());

  /** Opens the device of an image. Throws the same exceptions as {@link Devices#open}. */
  BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException;

  /**
   * Declares that all work of the command so far is durable. No later crash may undo that work.
   *
   * @param what the work that is durable, in a few words
   */
  default void vouch(String what) throws IOException {}
}
