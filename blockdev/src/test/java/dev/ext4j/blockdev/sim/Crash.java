package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A power failure, which keeps any subset of the changes that were not flushed. The subset is
 * applied in the order in which the changes were requested. If two changes overlap, losing the
 * later one has the same effect as a disk that wrote them in the opposite order.
 */
final class Crash {
  private final RandomGenerator random;
  private final Tearing tearing;

  Crash(RandomGenerator random, Tearing tearing) {
    this.random = random;
    this.tearing = tearing;
  }

  void keepSome(List<DeviceEvent> unflushed, BlockDevice target) throws IOException {
    // The share is random and not always one half. Crashes that lose almost nothing or almost
    // everything find other bugs.
    double keep = random.nextDouble();
    for (DeviceEvent event : unflushed) {
      if (event instanceof DeviceEvent.Write write && tearing == Tearing.SECTORS) {
        keepSectors(write, target, keep);
      } else if (random.nextDouble() < keep) {
        event.applyTo(target);
      }
    }
  }

  private void keepSectors(DeviceEvent.Write write, BlockDevice target, double keep)
      throws IOException {
    ByteBuffer data = write.data();
    int sectorSize = target.sectorSize();
    // Most writes of a real crash are whole or absent. Only some are torn.
    boolean torn = random.nextInt(4) == 0;
    boolean kept = random.nextDouble() < keep;
    long at = write.byteOffset();
    while (data.hasRemaining()) {
      int count = Math.min(data.remaining(), sectorSize - (int) (at % sectorSize));
      if (torn ? random.nextDouble() < keep : kept) {
        target.writeFully(at, data.slice(data.position(), count));
      }
      data.position(data.position() + count);
      at += count;
    }
  }
}
