package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The range of a disk that holds the file system. It is determined once, on the disk before the
 * crash, because a probe may not recognise the superblock after a crash.
 *
 * @param startByte the first byte of the range
 * @param byteCount the number of bytes that the file system may use
 */
public record Window(long startByte, long byteCount) {
  private static final int SUPERBLOCK_OFFSET = 1024;

  /** The size of the superblock in bytes. */
  static final int SUPERBLOCK_SIZE = 1024;

  /** Returns the byte of the disk at which the superblock begins. */
  long superblockByte() {
    return startByte + SUPERBLOCK_OFFSET;
  }

  /** Returns the window of the file system at a location on a disk. */
  public static Window of(BlockDevice disk, Place place) throws IOException {
    NotingReads noting = new NotingReads(disk);
    try (BlockDevice fileSystem = Devices.locate(noting, place, new Ext4Probe())) {
      if (fileSystem.size() > 0) {
        fileSystem.readFully(0, ByteBuffer.allocate(1));
      }
      return new Window(noting.lastOffset, fileSystem.size());
    }
  }

  /**
   * Returns the part of a disk that starts at this window, as a device. Closing that device closes
   * the disk.
   */
  BlockDevice on(BlockDevice disk) throws IOException {
    return startByte == 0 && byteCount == disk.size()
        ? disk
        : Devices.locate(disk, new Place.Offset(startByte), new Ext4Probe());
  }

  /**
   * A device that records the offset of the last read. After a read of the first byte of a part of
   * the disk, that offset is the start of the part.
   */
  private static final class NotingReads extends ForwardingDevice {
    private long lastOffset;

    NotingReads(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void readFully(long byteOffset, ByteBuffer target) throws IOException {
      lastOffset = byteOffset;
      super.readFully(byteOffset, target);
    }

    @Override
    public void close() {
      // The disk stays open for its owner.
    }
  }
}
