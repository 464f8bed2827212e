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
 * The log on a device of its own ({@code mke2fs -O journal_dev}): behind a superblock that names
 * nothing but the device's identity. Its blocks are numbered as those of the device, so that the
 * first of the ring is not 1; only its superblock counts as block 0 all the same.
 */
final class ExternalLog implements LogArea {
  private final BlockDevice device;
  private final int blockSizeBits;
  private final long superblockBlock;
  private final long blockCount;

  /**
   * The log on a device.
   *
   * @param uuid the identity that the file system knows its journal by
   * @throws CorruptionException JOURNAL if it is not that journal
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
