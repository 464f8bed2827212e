package dev.ext4j.fs;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.UsedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A pattern in free blocks, which no reader of a file may ever see. */
final class FreeSpace {
  private static final ByteBuffer PATTERN = pattern(64 << 10);

  private FreeSpace() {}

  /** Fills the free blocks of a disk, unless its file system is damaged or needs recovery. */
  static void fillIfSound(MemoryBlockDevice disk) throws IOException {
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      if (mount.needsRecovery() || !mount.warnings().isEmpty()) {
        return;
      }
    } catch (Ext4Exception e) {
      return; // the image is damaged on purpose
    }
    try {
      fill(disk);
    } catch (Ext4Exception e) {
      // damaged on purpose, as above; only free blocks were filled
    }
  }

  private static ByteBuffer pattern(int byteCount) {
    byte[] bytes = new byte[byteCount];
    Arrays.fill(bytes, UsedDisk.PATTERN);
    return ByteBuffer.wrap(bytes);
  }

  /** Returns whether a buffer holds only the pattern. */
  static boolean isPattern(ByteBuffer bytes) {
    for (int at = bytes.position(); at < bytes.limit(); at += PATTERN.capacity()) {
      int count = Math.min(PATTERN.capacity(), bytes.limit() - at);
      if (bytes.slice(at, count).mismatch(PATTERN.slice(0, count)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Fills each free cluster with a byte that no file of the tests holds so many times. */
  private static void fill(MemoryBlockDevice disk) throws IOException {
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      Geometry geometry = mount.geometry();
      ByteBuffer pattern = pattern(geometry.blockSize() << geometry.clusterRatioBits());
      for (int group = 0; group < geometry.groupCount(); group++) {
        GroupDescriptorView descriptor = mount.groups().descriptor(group);
        BlockBitmap bitmap =
            descriptor.isBlockBitmapUninitialized()
                ? BlockBitmap.planned(geometry, mount.volume().allocator().zones(), group)
                : BlockBitmap.read(mount.volume().cache(), descriptor);
        long start = geometry.groupStart(group) << geometry.blockSizeBits();
        for (int cluster = 0; cluster < geometry.clustersIn(group); cluster++) {
          long at = start + (long) cluster * pattern.capacity();
          if (!bitmap.isSet(cluster) && at + pattern.capacity() <= disk.size()) {
            disk.writeFully(at, pattern.rewind());
          }
        }
      }
    }
  }
}
