package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.Skips;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PosixDirectFileContractTest extends BlockDeviceContract {
  @TempDir Path folder;

  @Override
  protected BlockDevice create(long byteCount) throws Exception {
    String path = folder.resolve("image").toString();
    PosixBlockDevice.create(path, byteCount).close();
    try {
      return PosixBlockDevice.openDirect(path, AccessMode.READ_WRITE);
    } catch (DeviceException e) {
      Skips.requireKind(
          e.errno() != Errno.EINVAL.number(),
          "the file system of the temporary folder has no O_DIRECT");
      throw e;
    }
  }
}
