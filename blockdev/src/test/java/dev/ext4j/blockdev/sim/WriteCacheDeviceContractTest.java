package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;

class WriteCacheDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice create(long byteCount) {
    return new WriteCacheDevice(new MemoryBlockDevice(byteCount));
  }
}
