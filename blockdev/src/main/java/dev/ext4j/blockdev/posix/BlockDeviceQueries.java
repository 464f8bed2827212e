package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The properties of a block device, from the ioctls of include/uapi/linux/fs.h. */
final class BlockDeviceQueries {
  private static final long BLKROGET = 0x125e;
  private static final long BLKSSZGET = 0x1268;
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKGETSIZE64 = 0x80081272L;

  private BlockDeviceQueries() {}

  static long byteCount(Descriptor device) throws DeviceException {
    return query(device, "get its size", BLKGETSIZE64).getLong(0);
  }

  /**
   * Returns the logical sector size in bytes, which is the unit that the disk writes atomically.
   */
  static int sectorSize(Descriptor device) throws DeviceException {
    return query(device, "get its sector size", BLKSSZGET).getInt(0);
  }

  /** Returns whether the kernel refuses writes, as after {@code blockdev --setro}. */
  static boolean readOnly(Descriptor device) throws DeviceException {
    return query(device, "get its read-only flag", BLKROGET).getInt(0) != 0;
  }

  /** Discards a range, which must be aligned to sectors. Returns zero, or minus the errno. */
  static long discard(Descriptor device, long byteOffset, long byteCount) throws DeviceException {
    long[] range = {byteOffset, byteCount};
    return device.tryCall(fd -> Native.linux().ioctl(fd, BLKDISCARD, range));
  }

  private static ByteBuffer query(Descriptor device, String action, long request)
      throws DeviceException {
    ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    device.call(action, DeviceException.NO_OFFSET, fd -> Native.linux().ioctl(fd, request, answer));
    return answer;
  }
}
