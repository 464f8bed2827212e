package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests of the checksums against their definition, one bit at a time. */
final class CrcTest {
  private static final int CRC32C = 0x82F63B78;
  private static final int CRC16 = 0xA001;
  private static final byte[] CHECK = "123456789".getBytes(US_ASCII);
  private static final long SEED = 20261122;

  @Test
  void checkString_givesTheKnownValues() {
    assertThat(~Crc32c.from(~0).add(CHECK).value()).isEqualTo(0xE3069283);
    assertThat(new Crc16().add(CHECK).value()).isEqualTo(0x4B37);
  }

  @Test
  void crc32c_anySeedAndLength_equalsTheBitwiseOne() {
    Random random = new Random(SEED);
    for (int i = 0; i < 4000; i++) {
      int seed = i % 10 == 0 ? ~0 : random.nextInt();
      byte[] data = bytes(random, random.nextInt(300));
      int expected = bitwise(seed, CRC32C, data);
      assertThat(Crc32c.from(seed).add(data).value()).as("seed %x", seed).isEqualTo(expected);
      int from = random.nextInt(data.length + 1);
      int to = from + random.nextInt(data.length - from + 1);
      ByteBuffer heap = ByteBuffer.wrap(data);
      ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(0, data);
      int part = bitwise(seed, CRC32C, Arrays.copyOfRange(data, from, to));
      assertThat(Crc32c.from(seed).add(heap, from, to).value()).isEqualTo(part);
      assertThat(Crc32c.from(seed).add(direct, from, to).value()).isEqualTo(part);
      assertThat(heap.position() + direct.position()).isZero();
    }
  }

  @Test
  void crc32c_ofASlice_startsAtTheSlice() {
    byte[] data = bytes(new Random(SEED), 64);
    ByteBuffer slice = ByteBuffer.wrap(data).slice(16, 32);
    assertThat(Crc32c.from(7).add(slice, 4, 20).value())
        .isEqualTo(bitwise(7, CRC32C, Arrays.copyOfRange(data, 20, 36)));
  }

  @Test
  void crc32c_inPieces_equalsTheWhole() {
    Random random = new Random(SEED);
    int number = random.nextInt();
    long wide = random.nextLong();
    byte[] data = bytes(random, 40);
    ByteBuffer whole = ByteBuffer.allocate(57).order(ByteOrder.LITTLE_ENDIAN);
    whole.put(data).putInt(number).putLong(wide).put(new byte[5]);
    int pieces = Crc32c.from(99).add(data).addInt(number).addLong(wide).addZeros(5).value();
    assertThat(pieces).isEqualTo(bitwise(99, CRC32C, whole.array()));
    int seed = Crc32c.from(99).add(data).value();
    assertThat(Crc32c.from(seed).addInt(number).addLong(wide).addZeros(5).value())
        .as("a register is a seed")
        .isEqualTo(pieces);
  }

  @Test
  void crc16_anyLength_equalsTheBitwiseOne() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      byte[] data = bytes(random, random.nextInt(200));
      int number = random.nextInt();
      ByteBuffer all = ByteBuffer.allocate(data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
      all.put(data).putInt(number);
      int expected = bitwise(0xFFFF, CRC16, all.array());
      assertThat(new Crc16().add(data).addInt(number).value()).isEqualTo(expected);
      assertThat(new Crc16().add(all, 0, all.capacity()).value()).isEqualTo(expected);
    }
  }

  private static int bitwise(int seed, int polynomial, byte[] data) {
    int register = seed;
    for (byte b : data) {
      register ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        register = (register & 1) != 0 ? register >>> 1 ^ polynomial : register >>> 1;
      }
    }
    return register;
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
