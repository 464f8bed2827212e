package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.OpenOptions;
import java.io.IOException;

/** The step between a crash and the comparison of the files. */
public enum TrialRecovery {
  /**
   * No recovery before the comparison. The comparison opens the image for reading, which replays
   * the journal in memory.
   */
  READER {
    @Override
    BlockDevice recovered(BlockDevice crashed) {
      return crashed;
    }
  },
  /** The recovery of a writer: the image is opened for writing and closed again. */
  WRITER {
    @Override
    BlockDevice recovered(BlockDevice crashed) throws IOException {
      OverlayDevice disk = OverlayDevice.sharing(crashed);
      Ext4FileSystem.open(disk, OpenOptions.readWrite()).close();
      return disk;
    }
  };

  /** Returns the disk after recovery. {@code crashed} stays unchanged. */
  abstract BlockDevice recovered(BlockDevice crashed) throws IOException;
}
