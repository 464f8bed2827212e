package dev.ext4j.cli.invocation;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;
import java.util.Optional;

/** The source of the devices that a command works on. */
public interface DeviceOpener {
  /** The opener that opens the devices directly, without a recording. */
  DeviceOpener DIRECT =
      new DeviceOpener() {
        @Override
        public BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException {
          return Devices.open(address, mode, new Ext4Probe());
        }

        @Override
        public Optional<String> useOf(DeviceAddress address) throws IOException {
          return Devices.useOf(address);
        }
      };

  /** Opens the device of an image. Throws the same exceptions as {@link Devices#open}. */
  BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException;

  /**
   * Returns what another program does with the device that may change its content under a reader,
   * as a clause. Returns empty if nothing is known.
   */
  default Optional<String> useOf(DeviceAddress address) throws IOException {
    return Optional.empty();
  }

  /**
   * Declares that all work of the command so far is durable. No later crash may undo that work.
   *
   * @param what the work that is durable, in a few words
   */
  default void vouch(String what) throws IOException {}
}
