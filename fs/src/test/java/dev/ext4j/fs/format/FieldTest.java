package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class FieldTest {
  private static final int SIZE = 32;
  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void set_largestValue_comesBackUnsigned() {
    Field.U8 u8 = new Field.U8("u8", 1);
    Field.U16 u16 = new Field.U16("u16", 3);
    Field.U32 u32 = new Field.U32("u32", 7);
    Field.U64 u64 = new Field.U64("u64", 13);
    u8.set(bytes, 0xFF);
    u16.set(bytes, 0xFFFF);
    u32.set(bytes, 0xFFFFFFFFL);
    u64.set(bytes, -1);
    assertThat(u8.get(bytes)).isEqualTo(0xFF);
    assertThat(u16.get(bytes)).isEqualTo(0xFFFF);
    assertThat(u32.get(bytes)).isEqualTo(0xFFFFFFFFL);
    assertThat(u64.get(bytes)).isEqualTo(-1);
  }

  @Test
  void set_valueThatIsTooWideOrNegative_throwsAndChangesNothing() {
    Field.U8 u8 = new Field.U8("u8", 0);
    Field.U16 u16 = new Field.U16("u16", 0);
    Field.U32 u32 = new Field.U32("u32", 0);
    assertRefused("u8 does not fit in 8 bits: 256", () -> u8.set(bytes, 0x100));
    assertRefused("u8 does not fit in 8 bits: -1", () -> u8.set(bytes, -1));
    assertRefused("u16 does not fit in 16 bits: 65536", () -> u16.set(bytes, 0x10000));
    assertRefused("u16 does not fit in 16 bits: -1", () -> u16.set(bytes, -1));
    assertRefused("u32 does not fit in 32 bits: 4294967296", () -> u32.set(bytes, 1L << 32));
    assertRefused("u32 does not fit in 32 bits: -1", () -> u32.set(bytes, -1));
  }

  @Test
  void set_bytesOfAnotherLength_throws() {
    Field.Bytes field = new Field.Bytes("name", 2, 4);
    assertRefused("name takes 4 bytes, not 3", () -> field.set(bytes, new byte[3]));
    assertRefused("name takes 4 bytes, not 5", () -> field.set(bytes, new byte[5]));
  }

  @Test
  void set_inTheMiddle_leavesEveryOtherByte() {
    expectOnlyChanged(5, 1, b -> new Field.U8("f", 5).set(b, 0x5A));
    expectOnlyChanged(5, 2, b -> new Field.U16("f", 5).set(b, 0x5A5A));
    expectOnlyChanged(9, 2, b -> new Field.U16("f", 5).set(b, 4, 0x5A5A));
    expectOnlyChanged(5, 4, b -> new Field.U32("f", 5).set(b, 0x5A5A5A5AL));
    expectOnlyChanged(9, 4, b -> new Field.U32("f", 5).set(b, 4, 0x5A5A5A5AL));
    expectOnlyChanged(5, 8, b -> new Field.U64("f", 5).set(b, 0x5A5A5A5A5A5A5A5AL));
    expectOnlyChanged(5, 3, b -> new Field.Bytes("f", 5, 3).set(b, new byte[] {90, 90, 90}));
  }

  @Test
  void get_isLittleEndian() {
    bytes.put(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThat(new Field.U16("f", 0).get(bytes)).isEqualTo(0x0201);
    assertThat(new Field.U32("f", 0).get(bytes)).isEqualTo(0x04030201L);
    assertThat(new Field.U64("f", 0).get(bytes)).isEqualTo(0x0807060504030201L);
    assertThat(new Field.U16("f", 1).get(bytes, 2)).isEqualTo(0x0504);
  }

  @Test
  void getBytes_isACopy() {
    Field.Bytes field = new Field.Bytes("f", 0, 4);
    field.get(bytes)[0] = 1;
    assertThat(bytes.get(0)).isZero();
  }

  private void assertRefused(String message, Runnable set) {
    assertThatThrownBy(set::run).isInstanceOf(ArithmeticException.class).hasMessage(message);
    assertThat(bytes.array()).containsOnly(0);
  }

  private static void expectOnlyChanged(int offset, int width, Consumer<ByteBuffer> change) {
    byte[] before = new byte[SIZE];
    new Random(1).nextBytes(before);
    byte[] expected = before.clone();
    Arrays.fill(expected, offset, offset + width, (byte) 0x5A);
    ByteBuffer target = ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN);
    change.accept(target);
    assertThat(target.array()).isEqualTo(expected);
  }
}
