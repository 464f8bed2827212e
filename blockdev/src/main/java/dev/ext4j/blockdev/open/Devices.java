package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.partition.DeviceSlice;
import dev.ext4j.blockdev.partition.Partition;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import java.io.IOException;
import java.util.List;

/** The opener of devices by the addresses that users type. */
public final class Devices {
  private Devices() {}

  /**
   * Opens the device that an address refers to. A partition is returned as its own device, and
   * closing it closes the whole device.
   *
   * <p>An address without a partition, a label or an offset refers to the whole device if {@code
   * probe} recognises it. Otherwise it refers to the only partition that {@code probe} recognises.
   * If there is none, it refers to the whole device again, so that the caller can report why the
   * content is not usable.
   *
   * @throws DeviceBusyException if the device is opened for writing and is already in use
   * @throws AmbiguousPartitionException if several partitions match
   * @throws NoSuchPartitionException if no partition has the number or the label
   * @throws DeviceException if the device cannot be opened or read, or if the offset or the end of
   *     the partition lies beyond the end of the device
   */
  public static BlockDevice open(DeviceAddress address, AccessMode mode, VolumeProbe probe)
      throws IOException {
    BlockDevice device = PosixBlockDevice.open(address.path(), mode);
    try {
      return locate(device, address.place(), probe);
    } catch (IOException | RuntimeException e) {
      try {
        device.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Returns the part of an open device that {@code place} refers to. This method takes over the
   * ownership of {@code device} unless it fails. It throws the same exceptions as {@link #open}.
   */
  public static BlockDevice locate(BlockDevice device, Place place, VolumeProbe probe)
      throws IOException {
    if (place instanceof Place.Offset offset) {
      return fromOffset(device, offset.startByte());
    }
    if (place instanceof Place.PartitionNumber wanted) {
      return numbered(device, wanted.number(), probe);
    }
    boolean byLabel = place instanceof Place.Label;
    String wantedLabel = place instanceof Place.Label label ? label.text() : "";
    if (probe.label(device).filter(l -> !byLabel || l.equals(wantedLabel)).isPresent()) {
      return device;
    }
    List<ListedVolume> volumes = VolumeList.of(device, probe);
    List<ListedVolume> fitting =
        volumes.stream()
            .filter(v -> v.recognised() && (!byLabel || v.label().equals(wantedLabel)))
            .toList();
    if (fitting.size() > 1) {
      throw new AmbiguousPartitionException(device.name(), fitting);
    }
    if (fitting.size() == 1) {
      return partition(device, fitting.get(0).partition());
    }
    if (byLabel) {
      throw new NoSuchPartitionException(
          device.name(), "file system with the label " + wantedLabel, volumes);
    }
    return device;
  }

  private static BlockDevice fromOffset(BlockDevice device, long startByte) throws IOException {
    if (startByte > device.size()) {
      throw new DeviceException(
          device.name(),
          "start",
          startByte,
          Errno.EINVAL.number(),
          "it is only " + device.size() + " bytes long");
    }
    return DeviceSlice.owning(
        device, device.name() + "?offset=" + startByte, startByte, device.size() - startByte);
  }

  private static BlockDevice numbered(BlockDevice device, int number, VolumeProbe probe)
      throws IOException {
    List<ListedVolume> volumes = VolumeList.of(device, probe);
    for (ListedVolume volume : volumes) {
      if (volume.partition().number() == number) {
        return partition(device, volume.partition());
      }
    }
    throw new NoSuchPartitionException(device.name(), "partition " + number, volumes);
  }

  private static BlockDevice partition(BlockDevice device, Partition partition) throws IOException {
    String name = device.name() + "@p" + partition.number();
    if (partition.endByte() > device.size()) {
      throw new DeviceException(
          name,
          "open it",
          DeviceException.NO_OFFSET,
          Errno.ENXIO.number(),
          "it ends at byte "
              + partition.endByte()
              + " of a device of "
              + device.size()
              + " bytes: the image is truncated");
    }
    return DeviceSlice.owning(device, name, partition.startByte(), partition.byteCount());
  }
}
