package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.LogArea;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A log on a separate device ({@code mke2fs -O journal_dev}). The device begins with an ext4
 * superblock, of which only the features, the UUID, the sizes and the checksum are used. The log
 * follows this superblock. Log blocks have the block numbers of the device, so the first block of
 * the ring is not 1. The superblock of the log is the exception: its number is 0.
 */
final class ExternalLog implements LogArea {
  private final BlockDevice device;
  private final int blockSizeBits;
  private final long superblockBlock;
  private final long blockCount;

  /**
   * Opens the log on a device.
   *
   * @param uuid the UUID of the journal, as stored in the file system's superblock
   * @throws CorruptionException with JOURNAL, if the device does not hold that journal
   */
  ExternalLog(BlockDevice device, Geometry geometry, UUID uuid) throws IOException {
    this.device = device;
    this.blockSizeBits = geometry.blockSizeBits();
    if (device.size() < SuperblockView.PRIMARY_BYTE_OFFSET + SuperblockView.SIZE) {
      throw corrupt("is too short");
    }
    ByteBuffer bytes = ByteBuffer.allocate(SuperblockView.SIZE);
    device.readFully(SuperblockView.PRIMARY_BYTE_OFFSET, bytes);
    SuperblockView view = SuperblockView.of(bytes.flip());
    if (!view.features().has(IncompatFeature.JOURNAL_DEV)) {
      throw corrupt("is not a journal but a file system");
    }
    view.verifyChecksum();
    if (!view.uuid().equals(uuid)) {
      throw corrupt("has the UUID " + view.uuid() + ", but the file system's has " + uuid);
    }
    if (view.logBlockSize() + 10 != blockSizeBits) {
      throw corrupt("has blocks of another size than the file system");
    }
    superblockBlock = (SuperblockView.PRIMARY_BYTE_OFFSET >>> blockSizeBits) + 1;
    blockCount = Math.min(view.blockCount(false), device.size() >>> blockSizeBits);
  }

  private static CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.JOURNAL, "the device given as journal " + what);
  }

  @Override
  public long blockCount() {
    return blockCount;
  }

  @Override
  public BlockDevice device() {
    return device;
  }

  @Override
  public long byteOffset(long i) throws CorruptionException {
    if (i == 0) {
      return superblockBlock << blockSizeBits;
    }
    if (i <= superblockBlock || i >= blockCount) {
      throw corrupt("has no block " + i + " in its log");
    }
    return i << blockSizeBits;
  }

  @Override
  public void write(long i, ByteBuffer blocks) throws IOException {
    byteOffset(i + (blocks.remaining() >>> blockSizeBits) - 1);
    device.writeFully(byteOffset(i), blocks);
  }
}
