package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InodeViewTest {
  private final ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  @ParameterizedTest
  @ValueSource(
      longs = {
        -0x80000000L,
        -1,
        0,
        1,
        0x7FFFFFFFL,
        0x80000000L,
        0xFFFFFFFFL,
        0x100000000L,
        0x17FFFFFFFL,
        0x180000000L,
        0x27FFFFFFFL,
        0x37FFFFFFFL
      })
  void times_from1901To2446WithNanoseconds_comeBack(long seconds) throws Exception {
    InodeView view = large(32);
    Instant time = Instant.ofEpochSecond(seconds, 987_654_321);
    view.setModificationTime(time);
    view.setChangeTime(time.minusNanos(1));
    assertThat(view.modificationTime()).isEqualTo(time);
    assertThat(view.changeTime()).isEqualTo(time.minusNanos(1));
    assertThat(view.accessTime()).isEqualTo(Instant.EPOCH);
  }

  @ParameterizedTest
  @ValueSource(longs = {-0x80000000L, -1, 0, 0x7FFFFFFFL})
  void times_inSmallInodes_haveSeconds(long seconds) throws Exception {
    InodeView view = small();
    view.setModificationTime(Instant.ofEpochSecond(seconds, 5));
    assertThat(view.modificationTime()).isEqualTo(Instant.ofEpochSecond(seconds));
    assertThat(view.hasCreationTime()).isFalse();
  }

  @Test
  void fieldsBehindExtraSize_areNeitherReadNorWritten() throws Exception {
    for (int i = 128; i < 256; i++) {
      bytes.put(i, (byte) 0x55);
    }
    bytes.putShort(0x80, (short) 4); // up to i_checksum_hi
    InodeView view = view(new SuperblockBytes());
    view.setModificationTime(Instant.ofEpochSecond(1L << 33, 7));
    assertThat(view.modificationTime()).isEqualTo(Instant.EPOCH);
    assertThat(view.hasCreationTime()).isFalse();
    assertThat(view.projectId()).isZero();
    assertThat(view.version()).isZero();
    assertThat(bytes.getInt(0x88)).isEqualTo(0x55555555);
    assertThat(view.extraArea().capacity()).isEqualTo(256 - 132);
  }

  @Test
  void oddExtraSizes_areToldAndHarmless() throws Exception {
    for (int extra : new int[] {1, 2, 3, 5, 30, 129, 130, 132, 0x7FFF, 0xFFFC, 0xFFFF}) {
      bytes.putShort(0x80, (short) extra);
      InodeView view = view(new SuperblockBytes().with(RoCompatFeature.METADATA_CSUM));
      assertThat(view.isExtraSizeValid()).as("%d", extra).isFalse();
      view.seal();
      assertThat(view.isChecksumValid()).isTrue();
      assertThat(view.extraArea().capacity()).isEqualTo(Math.max(0, 128 - extra));
    }
    for (int extra : new int[] {0, 4, 28, 32, 128}) {
      bytes.putShort(0x80, (short) extra);
      assertThat(view(new SuperblockBytes()).isExtraSizeValid()).as("%d", extra).isTrue();
    }
  }

  @Test
  void ownersOf32Bits_areJoinedFromTheirHalves() throws Exception {
    InodeFields.I_UID.set(bytes, 0xFFFE);
    InodeFields.I_UID_HIGH.set(bytes, 0xFFFF);
    InodeFields.I_GID.set(bytes, 1);
    InodeFields.I_GID_HIGH.set(bytes, 0x8000);
    assertThat(large(32).userId()).isEqualTo(0xFFFFFFFEL);
    assertThat(large(32).groupId()).isEqualTo(0x80000001L);
  }

  @Test
  void sectors_below2To48_areCountedInSectors() throws Exception {
    InodeView view = view(new SuperblockBytes().with(RoCompatFeature.HUGE_FILE));
    for (long sectors : new long[] {0, 8, 0xFFFFFFFFL, 1L << 32, (1L << 48) - 1}) {
      view.setSectors(sectors);
      assertThat(view.sectors()).isEqualTo(sectors);
      assertThat(view.flags()).isZero();
    }
  }

  @Test
  void sectors_from2To48On_areCountedInBlocks() throws Exception {
    InodeView view = view(new SuperblockBytes().with(RoCompatFeature.HUGE_FILE));
    view.setSectors(1L << 48);
    assertThat(view.flags()).isEqualTo(0x40000);
    assertThat(InodeFields.I_BLOCKS_HIGH.get(bytes)).isEqualTo(1 << 13);
    assertThat(view.sectors()).isEqualTo(1L << 48);
    view.setSectors(8);
    assertThat(view.flags()).isZero();
    assertThat(view.sectors()).isEqualTo(8);
  }

  @Test
  void sectors_withoutHugeFile_haveNoUpperHalf() throws Exception {
    InodeFields.I_BLOCKS_HIGH.set(bytes, 0x1234); // formerly l_i_frag and l_i_fsize
    InodeView view = view(new SuperblockBytes());
    view.setSectors(0xFFFFFFFFL);
    assertThat(view.sectors()).isEqualTo(0xFFFFFFFFL);
    assertThat(InodeFields.I_BLOCKS_HIGH.get(bytes)).isEqualTo(0x1234);
  }

  @Test
  void size_has64BitsForFilesAndOnlyWithLargeDirForDirectories() throws Exception {
    InodeFields.I_SIZE_LO.set(bytes, 5);
    InodeFields.I_SIZE_HIGH.set(bytes, 2);
    InodeFields.I_MODE.set(bytes, 0x81A4);
    assertThat(large(32).size()).isEqualTo((2L << 32) + 5);
    InodeFields.I_MODE.set(bytes, 0x41ED);
    assertThat(large(32).size()).isEqualTo(5);
    assertThat(view(new SuperblockBytes().with(IncompatFeature.LARGEDIR)).size())
        .isEqualTo((2L << 32) + 5);
    InodeFields.I_MODE.set(bytes, 0xA1FF);
    assertThat(large(32).size()).isEqualTo(5);
  }

  @Test
  void attributeBlock_has48BitsWith64BitOnly() throws Exception {
    InodeFields.I_FILE_ACL_LO.set(bytes, 0xFFFFFFFFL);
    InodeFields.I_FILE_ACL_HIGH.set(bytes, 0xFFFF);
    assertThat(large(32).xattrBlock()).isEqualTo((1L << 48) - 1);
    assertThat(view(new SuperblockBytes().without(IncompatFeature.BIT64)).xattrBlock())
        .isEqualTo(0xFFFFFFFFL);
  }

  @Test
  void version_carriesIntoItsUpperHalfWhereThatExists() throws Exception {
    InodeFields.I_VERSION_LO.set(bytes, 0xFFFFFFFFL);
    InodeView view = large(32);
    view.increaseVersion();
    assertThat(view.version()).isEqualTo(1L << 32);
    InodeFields.I_VERSION_LO.set(bytes, 0xFFFFFFFFL);
    InodeView narrow = large(4);
    narrow.increaseVersion();
    assertThat(narrow.version()).isZero();
  }

  @Test
  void checksum_changesWithNumberAndGeneration() throws Exception {
    SuperblockBytes superblock = new SuperblockBytes().with(RoCompatFeature.METADATA_CSUM);
    Geometry geometry = superblock.geometry();
    bytes.putShort(0x80, (short) 32);
    new InodeView(geometry, 12, bytes, 0).seal();
    assertThat(new InodeView(geometry, 12, bytes, 0).isChecksumValid()).isTrue();
    assertThat(new InodeView(geometry, 13, bytes, 0).isChecksumValid()).isFalse();
    int seed = new InodeView(geometry, 12, bytes, 0).checksumSeed();
    InodeFields.I_GENERATION.set(bytes, 1);
    assertThat(new InodeView(geometry, 12, bytes, 0).checksumSeed()).isNotEqualTo(seed);
  }

  @Test
  void inodeOfZeros_passesWithoutChecksum() throws Exception {
    assertThat(view(new SuperblockBytes().with(RoCompatFeature.METADATA_CSUM)).isChecksumValid())
        .isTrue();
  }

  @Test
  void setters_keepWhatTheyDoNotKnow() throws Exception {
    new Random(9).nextBytes(bytes.array());
    bytes.putShort(0x80, (short) 32);
    byte[] before = bytes.array().clone();
    InodeView view = large(32);
    view.setModificationTime(view.modificationTime());
    view.setMode(view.mode());
    view.setFlags(view.flags());
    view.setSize(view.size());
    assertThat(bytes.array()).isEqualTo(before);
  }

  private InodeView large(int extraSize) throws Exception {
    bytes.putShort(0x80, (short) extraSize);
    return view(new SuperblockBytes());
  }

  private InodeView small() throws Exception {
    return view(new SuperblockBytes().set(SuperblockFields.S_INODE_SIZE, 128));
  }

  private InodeView view(SuperblockBytes superblock) throws Exception {
    return new InodeView(superblock.geometry(), 12, bytes, 0);
  }
}
