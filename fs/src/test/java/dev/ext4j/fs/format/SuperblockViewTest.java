package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SuperblockViewTest {

  @Test
  void wrongMagicOrTooShort_isNotExt4() {
    ByteBuffer wrong = new SuperblockBytes().bytes();
    wrong.put(0x38, (byte) 0x54);
    assertKind(Kind.NOT_EXT4, () -> SuperblockView.of(wrong));
    assertKind(Kind.NOT_EXT4, () -> SuperblockView.of(ByteBuffer.allocate(0)));
    ByteBuffer cutOff = new SuperblockBytes().bytes().slice(0, 1023);
    assertKind(Kind.NOT_EXT4, () -> SuperblockView.of(cutOff));
  }

  @Test
  void bytesInBigEndianOrder_areReadAllTheSame() throws Exception {
    ByteBuffer bytes = new SuperblockBytes().bytes().order(ByteOrder.BIG_ENDIAN);
    assertThat(SuperblockView.of(bytes).blockCount(true)).isEqualTo(SuperblockBytes.BLOCK_COUNT);
  }

  @Test
  void checksumOfUnknownType_isACorruptSuperblock() throws Exception {
    SuperblockView view = checksummed().set(SuperblockFields.S_CHECKSUM_TYPE, 2).view();
    view.seal();
    assertKind(Kind.SUPERBLOCK, view::verifyChecksum);
  }

  @Test
  void anyBitFlipped_checksumDiffers() throws Exception {
    SuperblockBytes superblock = checksummed();
    superblock.view().seal();
    superblock.view().verifyChecksum();
    ByteBuffer bytes = superblock.bytes();
    for (int bit = 0; bit < 8 * SuperblockView.SIZE; bit++) {
      int at = bit / 8;
      if (at / 2 == 0x38 / 2 || at / 4 == 0x64 / 4 || at / 4 == 0x4C / 4 || at == 0x175) {
        continue; // magic, ro_compat features, revision, checksum type: other errors come first
      }
      bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
      assertKind(Kind.SUPERBLOCK_CHECKSUM, superblock.view()::verifyChecksum);
      bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
    }
    superblock.view().verifyChecksum();
  }

  @Test
  void seal_changesInTheFirstSectorStayThere() throws Exception {
    SuperblockBytes superblock = checksummed();
    superblock.view().seal();
    byte[] before = superblock.bytes().array().clone();
    SuperblockView view = superblock.view();
    view.setFreeBlockCount(123_456, true);
    view.setNeedsRecovery(true);
    view.seal();
    view.verifyChecksum();
    byte[] after = superblock.bytes().array();
    assertThat(Arrays.mismatch(before, 512, 1024, after, 512, 1024)).isEqualTo(-1);
    assertThat(view.lastMounted()).isEmpty();
    view.setFreeBlockCount(SuperblockView.of(ByteBuffer.wrap(before)).freeBlockCount(true), true);
    view.setNeedsRecovery(false);
    view.seal();
    assertThat(after).as("taken back").isEqualTo(before);
  }

  @Test
  void seal_nameFillsItsField_checksumIsComputed() throws Exception {
    SuperblockBytes superblock = checksummed();
    byte[] name = "x".repeat(64).getBytes(US_ASCII);
    SuperblockFields.S_LAST_MOUNTED.set(superblock.bytes(), name);
    superblock.view().seal();
    superblock.view().verifyChecksum();
    assertThat(superblock.view().lastMounted()).isEqualTo(name);
  }

  @Test
  void withoutMetadataCsum_sealChangesNothingAndAnythingVerifies() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes();
    superblock.set(SuperblockFields.S_CHECKSUM, 0x12345678L);
    byte[] before = superblock.bytes().array().clone();
    superblock.view().seal();
    superblock.view().verifyChecksum();
    assertThat(superblock.bytes().array()).isEqualTo(before);
  }

  @Test
  void setters_keepBytesThatTheyDoNotOwn() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes();
    byte[] noise = new byte[376];
    new Random(3).nextBytes(noise);
    SuperblockFields.S_RESERVED.set(superblock.bytes(), noise);
    byte[] before = superblock.bytes().array().clone();
    SuperblockView view = superblock.view();
    view.setFreeBlockCount(0x1_2345_6789L, true);
    view.setWriteTime(0x1_2345_6789L);
    view.setStateValid(true);
    assertThat(view.freeBlockCount(true)).isEqualTo(0x1_2345_6789L);
    assertThat(view.freeBlockCount(false)).isEqualTo(0x2345_6789L);
    assertThat(view.writeTime()).isEqualTo(Instant.ofEpochSecond(0x1_2345_6789L));
    assertThat(view.isStateValid()).isTrue();
    byte[] after = superblock.bytes().array();
    int[] owned = {0xC, 4, 0x158, 4, 0x30, 4, 0x274, 1, 0x3A, 2};
    for (int i = 0; i < owned.length; i += 2) {
      Arrays.fill(before, owned[i], owned[i] + owned[i + 1], (byte) 0);
      Arrays.fill(after, owned[i], owned[i] + owned[i + 1], (byte) 0);
    }
    assertThat(after).isEqualTo(before);
  }

  @Test
  void narrowFreeCount_leavesTheUpperHalfAlone() throws Exception {
    SuperblockBytes superblock =
        new SuperblockBytes().set(SuperblockFields.S_FREE_BLOCKS_COUNT_HI, 77);
    superblock.view().setFreeBlockCount(5, false);
    assertThat(SuperblockFields.S_FREE_BLOCKS_COUNT_HI.get(superblock.bytes())).isEqualTo(77);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL, 0x100000000L, 0xFFFFFFFFFFL})
  void writeTime_upTo40Bits_comesBack(long seconds) throws Exception {
    SuperblockView view = new SuperblockBytes().view();
    view.setWriteTime(seconds);
    assertThat(view.writeTime().getEpochSecond()).isEqualTo(seconds);
  }

  @Test
  void state_ofErrorsIsKeptWhenTheValidBitMoves() throws Exception {
    SuperblockView view = new SuperblockBytes().set(SuperblockFields.S_STATE, 7).view();
    view.setStateValid(false);
    assertThat(view.hasErrors()).isTrue();
    assertThat(view.isStateValid()).isFalse();
    view.setStateValid(true);
    assertThat(view.hasErrors()).isTrue();
  }

  @Test
  void texts_endAtTheFirstNulOrTheirRoom() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes();
    byte[] name = Arrays.copyOf("data\0rest".getBytes(US_ASCII), 16);
    SuperblockFields.S_VOLUME_NAME.set(superblock.bytes(), name);
    assertThat(superblock.view().label()).isEqualTo("data".getBytes(US_ASCII));
    SuperblockFields.S_VOLUME_NAME.set(superblock.bytes(), "0123456789abcdef".getBytes(US_ASCII));
    assertThat(superblock.view().label()).hasSize(16);
    assertThat(superblock.view().lastMounted()).isEmpty();
  }

  @Test
  void uuid_isBigEndianAsItIsPrinted() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes();
    byte[] raw = new byte[16];
    for (int i = 0; i < 16; i++) {
      raw[i] = (byte) (i * 17);
    }
    SuperblockFields.S_UUID.set(superblock.bytes(), raw);
    assertThat(superblock.view().uuid())
        .isEqualTo(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
  }

  @Test
  void checksumSeed_comesFromItsFieldWithTheFeatureElseFromTheUuid() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes();
    superblock.set(SuperblockFields.S_CHECKSUM_SEED, 0xCAFEBABEL);
    int ofUuid = Crc32c.from(~0).add(new byte[16]).value();
    assertThat(superblock.view().checksumSeed()).isEqualTo(ofUuid);
    superblock.with(IncompatFeature.CSUM_SEED);
    assertThat(superblock.view().checksumSeed()).isEqualTo(0xCAFEBABE);
  }

  private static SuperblockBytes checksummed() {
    return new SuperblockBytes().with(RoCompatFeature.METADATA_CSUM);
  }

  private interface Action {
    void run() throws CorruptionException;
  }

  private static void assertKind(Kind kind, Action action) {
    CorruptionException e = catchThrowableOfType(CorruptionException.class, action::run);
    assertThat(e).as(kind.name()).isNotNull();
    assertThat(e.kind()).isEqualTo(kind);
  }
}
