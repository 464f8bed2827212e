package dev.ext4j.blockdev.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test of the promise of the package: any bytes give a valid table, no table, or one kind of
 * error.
 */
class PartitionFuzzTest {
  private static final int ROUNDS = 600;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomSectors(long seed) {
    Random random = new Random(seed);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            makeLikely(bytes, random);
            int sectorSize = random.nextBoolean() ? 512 : 4096;
            MemoryBlockDevice device = new MemoryBlockDevice(bytes.length, sectorSize);
            device.writeFully(0, ByteBuffer.wrap(bytes));
            assertPromise(device, seed, i);
          }
        });
  }

  /**
   * Adds signatures and plausible entries, because random bytes hardly ever contain a signature.
   */
  private static void makeLikely(byte[] bytes, Random random) {
    for (int sector = 0; sector + 512 <= bytes.length; sector += 512) {
      bytes[sector + 510] = 0x55;
      bytes[sector + 511] = (byte) 0xaa;
      for (int slot = 0; slot < 4; slot++) {
        int at = sector + 446 + 16 * slot;
        bytes[at] = 0;
        bytes[at + 4] = new byte[] {0, 5, 15, (byte) 0x83, (byte) 0xee}[random.nextInt(5)];
        for (int high = 1; high < 4; high++) {
          bytes[at + 8 + high] = 0; // small sector numbers lead to other sectors of the image
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedGpt(long seed) throws IOException {
    Random random = new Random(seed);
    GptImage image = new GptImage(1 << 20, random.nextBoolean() ? 512 : 4096);
    for (int i = 1; i <= 128; i++) {
      image.entry(i, 20 + i, 20 + i, "p" + i);
    }
    image.write();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            BlockDevice overlay = OverlayDevice.sharing(image.device);
            long[] headers = {image.sectorSize, image.lastSector() * image.sectorSize};
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
              long at = headers[random.nextInt(2)] + random.nextInt(92);
              overlay.writeFully(at, ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}));
            }
            fixChecksums(overlay, headers, image.sectorSize);
            assertPromise(overlay, seed, i);
          }
        });
  }

  /**
   * Corrects the checksums, so that the reader checks the fuzzed numbers and not only the checksum.
   */
  private static void fixChecksums(BlockDevice device, long[] headers, int sectorSize)
      throws IOException {
    for (long header : headers) {
      ByteBuffer bytes = ByteBuffer.allocate(92).order(ByteOrder.LITTLE_ENDIAN);
      device.readFully(header, bytes);
      int size = bytes.getInt(12);
      if (size >= 92 && size <= sectorSize) {
        ByteBuffer whole = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        device.readFully(header, whole);
        whole.putInt(16, 0);
        CRC32 crc = new CRC32();
        crc.update(whole.flip());
        device.writeFully(header + 16, whole.clear().limit(4).putInt(0, (int) crc.getValue()));
      }
    }
  }

  private static void assertPromise(BlockDevice device, long seed, int round) throws IOException {
    Optional<PartitionTable> table;
    try {
      table = PartitionTable.read(device);
    } catch (PartitionTableException expected) {
      return;
    }
    if (table.isPresent()) {
      assertThat(table.get().remarks()).hasSizeLessThanOrEqualTo(PartitionTable.MAX_REMARKS);
      int last = 0;
      for (Partition partition : table.get().partitions()) {
        assertThat(partition.endByte()).as("seed %s round %s", seed, round).isPositive();
        assertThat(partition.number()).as("seed %s round %s", seed, round).isGreaterThan(last);
        last = partition.number();
      }
    }
  }
}
