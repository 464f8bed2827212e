package dev.ext4j.blockdev.memory;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;

class OverlayDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice create(long byteCount) {
    return OverlayDevice.owning(new MemoryBlockDevice(byteCount));
  }
}
