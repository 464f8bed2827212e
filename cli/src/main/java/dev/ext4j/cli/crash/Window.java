package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where on a disk the file system lies. Found once, on the disk before the crash, because a crash
 * may leave a superblock that nobody recognises.
 *
 * @param startByte its first byte
 * @param byteCount how far it may reach
 */
public record Window(long startByte, long byteCount) {
  private static final int SUPERBLOCK_OFFSET = 1024;

  /** Size of the superblock in bytes. */
  static final int SUPERBLOCK_SIZE = 1024;

  /** Where on the disk the superblock begins. */
  long superblockByte() {
    return startByte + SUPERBLOCK_OFFSET;
  }

  /** The window that a place means on a disk. */
  public static Window of(BlockDevice disk, Place place) throws IOException {
    NotingReads noting = new NotingReads(disk);
    try (BlockDevice fileSystem = Devices.locate(noting, place, new Ext4Probe())) {
      if (fileSystem.size() > 0) {
        fileSystem.readFully(0, ByteBuffer.allocate(1));
      }
      return new Window(noting.lastOffset, fileSystem.size());
    }
  }

  /** The file system on a disk; it does not close the disk. */
  BlockDevice on(BlockDevice disk) throws IOException {
    return startByte == 0 && byteCount == disk.size()
        ? disk
        : Devices.locate(disk, new Place.Offset(startByte), new Ext4Probe());
  }

  /** Tells where the first byte of a part lies, by where a read of it ends up. */
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
      // The disk stays its owner's.
    }
  }
}
