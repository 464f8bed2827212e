package dev.ext4j.blockdev.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.sim.FaultyDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that devices in memory take only the memory of their content. */
class SparseMemoryTest {
  private static final long TIB = 1L << 40;

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static byte read(BlockDevice device, long at) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    device.readFully(at, one);
    return one.get(0);
  }

  @Test
  void memory_ofManyTib_takesOneChunkForEachPlaceWritten() throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(64 * TIB);
    device.writeFully(64 * TIB - 2, bytes(1, 2));
    device.writeFully(5 * TIB - 1, bytes(3, 4));
    assertThat(device.allocatedBytes()).isEqualTo(3 << 16);
    assertThat(read(device, 64 * TIB - 1)).isEqualTo((byte) 2);
    assertThat(read(device, 5 * TIB)).isEqualTo((byte) 4);
    device.discard(0, 64 * TIB);
    assertThat(device.allocatedBytes()).isZero();
    assertThat(read(device, 5 * TIB)).isZero();
  }

  @Test
  void memory_discard_zeroesExactlyTheRange() throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(300_000);
    ByteBuffer ones = ByteBuffer.allocate(300_000);
    while (ones.hasRemaining()) {
      ones.put((byte) 1);
    }
    device.writeFully(0, ones.flip());
    device.discard(1000, 250_000);
    for (long at : new long[] {0, 999, 251_000, 299_999}) {
      assertThat(read(device, at)).as("%s", at).isEqualTo((byte) 1);
    }
    for (long at : new long[] {1000, 65535, 65536, 200_000, 250_999}) {
      assertThat(read(device, at)).as("%s", at).isZero();
    }
  }

  @Test
  void memory_copyAndReopened_haveTheContentAndOneOfThemItsOwn() throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(1 << 20, 4096);
    device.writeFully(5, bytes(7));
    MemoryBlockDevice copy = device.copy();
    device.close();
    assertThatThrownBy(() -> read(device, 5)).isInstanceOf(DeviceException.class);
    MemoryBlockDevice again = device.reopened();
    again.writeFully(5, bytes(8));
    assertThat(read(copy, 5)).isEqualTo((byte) 7);
    assertThat(read(device.reopened(), 5)).isEqualTo((byte) 8);
    assertThat(copy.sectorSize()).isEqualTo(4096);
  }

  @Test
  void memory_copyOfAndCopyTo_moveOnlyWhatIsNotZero() throws IOException {
    MemoryBlockDevice source = new MemoryBlockDevice(10_000_001);
    source.writeFully(0, bytes(0, 0));
    source.writeFully(10_000_000, bytes(5));
    MemoryBlockDevice copy = MemoryBlockDevice.copyOf(source);
    assertThat(copy.allocatedBytes()).isEqualTo(1 << 16);
    FaultyDevice target = new FaultyDevice(new MemoryBlockDevice(10_000_001));
    source.copyTo(target);
    assertThat(target.calls(FaultyDevice.Operation.WRITE)).isEqualTo(1);
    assertThat(read(target, 10_000_000)).isEqualTo((byte) 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256, 511, 513, 1000, -512})
  void memory_impossibleSectorSize_isRefused(int sectorSize) {
    assertThatThrownBy(() -> new MemoryBlockDevice(4096, sectorSize))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void overlay_neverChangesItsBaseAndCountsItsPages() throws IOException {
    MemoryBlockDevice base = new MemoryBlockDevice(TIB);
    base.writeFully(4095, bytes(1, 2));
    OverlayDevice overlay = OverlayDevice.sharing(base);
    OverlayDevice other = OverlayDevice.sharing(base);
    overlay.writeFully(4094, bytes(9));
    assertThat(overlay.changedBytes()).isEqualTo(4096);
    assertThat(read(overlay, 4094)).isEqualTo((byte) 9);
    assertThat(read(overlay, 4095)).isEqualTo((byte) 1);
    assertThat(read(overlay, 4096)).isEqualTo((byte) 2);
    assertThat(read(base, 4094)).isZero();
    assertThat(read(other, 4094)).isZero();
    overlay.discard(0, 8192);
    assertThat(read(overlay, 4096)).isZero();
    overlay.writeFully(4097, bytes(3)); // into a page of shared zeros
    assertThat(read(overlay, 1)).isZero();
    overlay.discard(0, TIB); // longer than the limit, so nothing is done
    assertThat(overlay.changedBytes()).isEqualTo(8192);
    overlay.close();
    assertThat(read(base, 4095)).isEqualTo((byte) 1);
    OverlayDevice.owning(base).close();
    assertThatThrownBy(() -> read(base, 0)).isInstanceOf(DeviceException.class);
  }
}
