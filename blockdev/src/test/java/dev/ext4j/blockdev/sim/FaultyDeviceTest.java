package dev.ext4j.blockdev.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyDeviceTest {
  private final FaultyDevice device = new FaultyDevice(new MemoryBlockDevice(1 << 20));

  private void write(long at) throws IOException {
    device.writeFully(at, ByteBuffer.wrap(new byte[] {1, 2}));
  }

  private byte read(long at) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    device.readFully(at, one);
    return one.get(0);
  }

  private static void assertFails(Errno errno, long at, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DeviceException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(errno.number());
              assertThat(e.byteOffset()).isEqualTo(at);
            });
  }

  @Test
  void failOnce_onlyTheNamedCallFailsAndHasNoEffect() throws IOException {
    device.failOnce(Operation.WRITE, 2, Errno.EIO);
    write(0);
    assertFails(Errno.EIO, 100, () -> write(100));
    write(200);
    assertThat(read(0)).isEqualTo((byte) 1);
    assertThat(read(100)).isZero();
    assertThat(read(200)).isEqualTo((byte) 1);
    assertThat(device.calls(Operation.WRITE)).isEqualTo(3);
    assertThat(device.calls(Operation.READ)).isEqualTo(3);
  }

  @Test
  void failFrom_everyLaterCallFailsUntilHealed() throws IOException {
    device.failFrom(Operation.FLUSH, 2, Errno.ENOSPC);
    device.flush();
    assertFails(Errno.ENOSPC, DeviceException.NO_OFFSET, device::flush);
    assertFails(Errno.ENOSPC, DeviceException.NO_OFFSET, device::flush);
    device.heal();
    device.flush();
    assertThat(device.calls(Operation.FLUSH)).isEqualTo(4);
  }

  @Test
  void failRange_onlyTransfersThatTouchItFail() throws IOException {
    device.failRange(Operation.WRITE, 100, 10, Errno.EREMOTEIO);
    write(98);
    assertFails(Errno.EREMOTEIO, 99, () -> write(99));
    assertFails(Errno.EREMOTEIO, 109, () -> write(109));
    write(110);
    read(105);
  }

  @Test
  void failOnce_discard() throws IOException {
    device.failOnce(Operation.DISCARD, 1, Errno.EIO);
    assertFails(Errno.EIO, 5, () -> device.discard(5, 10));
    device.discard(5, 10);
  }
}
