package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;

class DeviceSliceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice create(long byteCount) {
    return DeviceSlice.owning(new MemoryBlockDevice(byteCount + 5000), "slice", 3001, byteCount);
  }
}
