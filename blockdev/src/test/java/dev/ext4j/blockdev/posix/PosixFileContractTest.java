package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PosixFileContractTest extends BlockDeviceContract {
  @TempDir Path folder;

  @Override
  protected BlockDevice create(long byteCount) throws Exception {
    return PosixBlockDevice.create(folder.resolve("image").toString(), byteCount);
  }
}
