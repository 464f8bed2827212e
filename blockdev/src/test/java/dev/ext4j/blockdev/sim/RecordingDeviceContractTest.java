package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.BlockDeviceContract;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;

class RecordingDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice create(long byteCount) {
    return RecordingDevice.owning(new MemoryBlockDevice(byteCount));
  }
}
