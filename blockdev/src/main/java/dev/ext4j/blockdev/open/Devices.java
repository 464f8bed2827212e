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

/** Turns an address that a user typed into an open device. */
public final class Devices {
  private Devices() {}

  /**
   * Opens what an address means. A partition is a device of its own, which closes the whole one.
   *
   * <p>An address without a place means the whole device if {@code probe} recognises it; else the
   * one partition that it recognises; else, so that the caller can say what is wrong with it, the
   * whole device.
   *
   * @throws DeviceBusyException when it is to be written and somebody else uses it
   * @throws AmbiguousPartitionException when several partitions fit
   * @throws NoSuchPartitionException when none has the number or the label
   * @throws DeviceException when the operating system refuses
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
   * The part of an open device that a place means; it takes over {@code device} unless it fails.
   * Throws as {@link #open} does.
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
