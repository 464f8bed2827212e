package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import dev.ext4j.blockdev.LoopDevices;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract for a block device of the kernel, with or without the page cache. */
@Tag("oracle")
abstract class LoopContract extends BlockDeviceContract {
  @TempDir Path folder;
  private final int sectorSize;
  private final boolean direct;
  private @Nullable LoopDevices loops;

  LoopContract(int sectorSize, boolean direct) {
    this.sectorSize = sectorSize;
    this.direct = direct;
  }

  @Override
  protected long byteCount() {
    return 1 << 20;
  }

  @Override
  protected BlockDevice create(long byteCount) throws Exception {
    LoopDevices devices = new LoopDevices();
    loops = devices;
    Path file = folder.resolve("image");
    PosixBlockDevice.create(file.toString(), byteCount).close();
    String path = devices.attach(file, "--sector-size", Integer.toString(sectorSize));
    BlockDevice device =
        direct
            ? PosixBlockDevice.openDirect(path, AccessMode.READ_WRITE)
            : PosixBlockDevice.open(path, AccessMode.READ_WRITE);
    assertThat(device.sectorSize()).isEqualTo(sectorSize);
    return device;
  }

  @Override
  protected void cleanUp() throws Exception {
    if (loops != null) {
      loops.close();
    }
  }
}
