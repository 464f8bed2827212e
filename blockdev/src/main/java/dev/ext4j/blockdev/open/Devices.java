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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    if (isWanted(place, device, probe)) {
      return device;
    }
    List<ListedVolume> volumes = VolumeList.of(device, probe);
    List<ListedVolume> fitting = new ArrayList<>();
    for (ListedVolume volume : volumes) {
      if (isWanted(place, device, volume, probe)) {
        fitting.add(volume);
      }
    }
    if (fitting.size() > 1) {
      throw new AmbiguousPartitionException(device.name(), fitting);
    }
    if (fitting.size() == 1) {
      return partition(device, fitting.get(0).partition());
    }
    if (place instanceof Place.Label label) {
      throw new NoSuchPartitionException(
          device.name(), "file system with the label " + label.text(), volumes);
    }
    if (place instanceof Place.Uuid uuid) {
      throw new NoSuchPartitionException(
          device.name(), "file system with the UUID " + uuid.text(), volumes);
    }
    if (place instanceof Place.PartitionLabel label) {
      throw new NoSuchPartitionException(
          device.name(), "partition with the name " + label.text(), volumes);
    }
    return device;
  }

  /** Returns whether a place means the file system at the start of a device or partition. */
  private static boolean isWanted(Place place, BlockDevice device, VolumeProbe probe)
      throws IOException {
    if (place instanceof Place.Uuid uuid) {
      return probe.uuid(device).filter(uuid.text()::equals).isPresent();
    }
    if (place instanceof Place.Label label) {
      return probe.label(device).filter(label.text()::equals).isPresent();
    }
    return !(place instanceof Place.PartitionLabel) && probe.label(device).isPresent();
  }

  private static boolean isWanted(
      Place place, BlockDevice device, ListedVolume volume, VolumeProbe probe) throws IOException {
    if (place instanceof Place.PartitionLabel label) {
      return volume.partition().name().equals(label.text());
    }
    if (place instanceof Place.Uuid && volume.recognised()) {
      try (DeviceSlice slice = VolumeList.slice(device, volume.partition())) {
        return isWanted(place, slice, probe);
      }
    }
    return volume.recognised()
        && (!(place instanceof Place.Label label) || volume.label().equals(label.text()));
  }

  /**
   * Returns what another program or the kernel does with the device of an address that may change
   * its content under a reader, as a clause: it is mounted, attached to a loop device for writing,
   * or locked. Returns empty if nothing is known.
   */
  public static Optional<String> useOf(DeviceAddress address) throws IOException {
    return PosixBlockDevice.useOf(address.path());
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
