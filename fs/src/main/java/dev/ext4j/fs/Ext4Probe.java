package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.VolumeProbe;
import java.io.IOException;
import java.util.Optional;

/** Recognises ext2, ext3 and ext4 by the magic number of the superblock. */
@SuppressWarnings("DoNotCallSuggester") // replaced as soon as the engine stands
public final class Ext4Probe implements VolumeProbe {
  @Override
  public Optional<String> label(BlockDevice device) throws IOException {
    throw new UnsupportedOperationException();
  }
}
