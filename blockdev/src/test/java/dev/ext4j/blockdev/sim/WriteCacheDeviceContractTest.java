package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;

class WriteCacheDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice create(long byteCount) {
    return new WriteCacheDevice(new MemoryBlockDevice(byteCount));
  }
}
