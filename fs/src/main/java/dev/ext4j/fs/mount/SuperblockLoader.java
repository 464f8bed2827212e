package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A superblock that was found on a device and has passed the checks needed to read the file system.
 *
 * @param byteOffset the offset of the superblock on the device, in bytes
 * @param geometry the geometry, computed from the fields of the superblock and checked
 * @param view the fields of the superblock
 */
record SuperblockLoader(long byteOffset, Geometry geometry, SuperblockView view) {

  /**
   * Returns whether the journal holds changes that have not been written to their home blocks yet.
   */
  boolean needsRecovery() {
    return geometry.features().has(IncompatFeature.RECOVER);
  }

  static SuperblockLoader load(BlockDevice device, MountOptions options) throws IOException {
    long byteOffset = SuperblockView.PRIMARY_BYTE_OFFSET;
    if (options.backupSuperblock() != MountOptions.PRIMARY_SUPERBLOCK) {
      byteOffset = SuperblockView.byteOffset(options.backupSuperblock(), options.backupBlockSize());
    }
    if (byteOffset < 0 || device.size() - SuperblockView.SIZE < byteOffset) {
      throw new CorruptionException(
          Kind.NOT_EXT4,
          "no ext2, ext3 or ext4 file system here (only " + device.size() + " bytes)");
    }
    ByteBuffer bytes = ByteBuffer.allocate(SuperblockView.SIZE);
    device.readFully(byteOffset, bytes);
    SuperblockView view = SuperblockView.of(bytes.flip());
    if (view.revision() > 1) {
      throw new UnsupportedFeatureException(
          "revision", "revision " + view.revision() + " of the format cannot be read");
    }
    view.verifyChecksum();
    view.features().checkReadable();
    Geometry geometry = Geometry.of(view);
    if (CutOffDevice.isCutOff(device, geometry)
        && (options.writable() || !CutOffDevice.isReadable(device, geometry))) {
      throw new CorruptionException(Kind.SUPERBLOCK, CutOffDevice.message(device, geometry));
    }
    return new SuperblockLoader(byteOffset, geometry, view);
  }
}
