package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.VolumeProbe;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A probe that recognises ext2, ext3 and ext4 by the magic number of the superblock. */
public final class Ext4Probe implements VolumeProbe {
  /** Creates a probe. A probe has no state, so the same probe can be used for many devices. */
  public Ext4Probe() {}

  @Override
  public Optional<String> label(BlockDevice device) throws IOException {
    return superblock(device).map(view -> new String(view.label(), StandardCharsets.UTF_8));
  }

  @Override
  public Optional<String> uuid(BlockDevice device) throws IOException {
    return superblock(device).map(view -> view.uuid().toString());
  }

  private static Optional<SuperblockView> superblock(BlockDevice device) throws IOException {
    if (device.size() < SuperblockView.PRIMARY_BYTE_OFFSET + SuperblockView.SIZE) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(SuperblockView.SIZE);
    device.readFully(SuperblockView.PRIMARY_BYTE_OFFSET, bytes);
    try {
      return Optional.of(SuperblockView.of(bytes.flip()));
    } catch (CorruptionException e) {
      return Optional.empty();
    }
  }
}
