package dev.ext4j.cli;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;

/** Where a command gets the devices that it works on. */
public interface DeviceOpener {
  /** The devices themselves. */
  DeviceOpener DIRECT = (address, mode) -> Devices.open(address, mode, new Ext4Probe());

  /** Opens the device of an image; throws as {@link Devices#open} does. */
  BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException;

  /**
   * Is told that the command has made durable all that it has done so far: no crash from now on may
   * take it back.
   *
   * @param what was done, in a few words
   */
  default void vouch(String what) throws IOException {}
}
