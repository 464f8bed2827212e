package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.OpenOptions;
import java.io.IOException;

/** What is done after a crash before the files are looked at. */
public enum Recovery {
  /** Nothing: a reader replays the journal in memory as it opens the image. */
  READER {
    @Override
    BlockDevice recovered(BlockDevice crashed) {
      return crashed;
    }
  },
  /** What a writer does: the image is opened for writing, and closed again. */
  WRITER {
    @Override
    BlockDevice recovered(BlockDevice crashed) throws IOException {
      OverlayDevice disk = OverlayDevice.sharing(crashed);
      Ext4FileSystem.open(disk, OpenOptions.readWrite()).close();
      return disk;
    }
  };

  /** The disk after recovery; {@code crashed} stays as it is. */
  abstract BlockDevice recovered(BlockDevice crashed) throws IOException;
}
