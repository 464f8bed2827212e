package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.fs.format.Geometry;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device that ends before its file system does, for example a partially downloaded image. It
 * reports the length of the file system, and reads after the real end fail. It is read-only.
 */
final class CutOffDevice extends ForwardingDevice {
  private final long size;

  private CutOffDevice(BlockDevice device, long size) {
    super(device);
    this.size = size;
  }

  /** Returns whether a device is shorter than the file system on it. */
  static boolean isCutOff(BlockDevice device, Geometry geometry) {
    return device.size() >>> geometry.blockSizeBits() < geometry.blockCount();
  }

  /**
   * Returns whether the file system on the device can be read. For that, the device must be at
   * least as long as all group descriptors together. Without this limit a damaged superblock could
   * cause any number of groups to be read.
   */
  static boolean isReadable(BlockDevice device, Geometry geometry) {
    return (long) geometry.groupCount() * geometry.descriptorSize() <= device.size();
  }

  /**
   * Returns a view of a device that is as long as the file system on the device. Returns the device
   * itself if it is long enough.
   */
  static BlockDevice of(BlockDevice device, Geometry geometry) {
    return isCutOff(device, geometry) ? new CutOffDevice(device, byteSize(geometry)) : device;
  }

  /** Returns a message for the user with the lengths of the file system and of the device. */
  static String message(BlockDevice device, Geometry geometry) {
    return "the file system has "
        + geometry.blockCount()
        + " blocks of "
        + geometry.blockSize()
        + " bytes, the device only "
        + device.size()
        + " bytes: the image is cut off";
  }

  private static long byteSize(Geometry geometry) {
    int bits = geometry.blockSizeBits();
    return Math.min(geometry.blockCount(), Long.MAX_VALUE >>> bits) << bits;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    if (byteOffset < 0 || byteOffset > inner().size() - target.remaining()) {
      throw new DeviceException(
          name(), "read", byteOffset, Errno.EIO.number(), "the image is cut off before that");
    }
    inner().readFully(byteOffset, target);
  }

  @Override
  public void willNeed(long byteOffset, long byteCount) {
    long there = Math.min(byteCount, inner().size() - byteOffset);
    if (there > 0) {
      inner().willNeed(byteOffset, there);
    }
  }
}
