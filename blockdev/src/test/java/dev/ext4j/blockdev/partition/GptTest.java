package dev.ext4j.blockdev.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptTest {
  private static final long SIZE = 16 << 20;

  private static PartitionTable read(BlockDevice device) throws IOException {
    return PartitionTable.read(device).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"512,512", "4096,4096", "4096,512", "512,4096"})
  void gpt_sectorSizeOfTableAndDevice_mayDiffer(int ofTable, int ofDevice) throws IOException {
    GptImage image = new GptImage(SIZE, ofTable, ofDevice);
    PartitionTable table =
        read(image.entry(1, 100, 199, "root").entry(7, 200, 200, "größe \uD83D\uDCBE").write());
    assertThat(table.scheme()).isEqualTo(PartitionTable.Scheme.GPT);
    assertThat(table.remarks().stream().filter(r -> r.contains("backup"))).isEmpty();
    assertThat(table.partitions())
        .containsExactly(
            new Partition(1, 100L * ofTable, 100L * ofTable, GptImage.LINUX_DATA, "root"),
            new Partition(7, 200L * ofTable, ofTable, GptImage.LINUX_DATA, "größe \uD83D\uDCBE"));
    assertThat(table.partition(7)).isPresent();
    assertThat(table.partition(2)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"128,4", "256,128", "512,1000", "136,10", "4096,128", "128,0"})
  void gpt_anyEntrySizeAndCountWithinBounds_isRead(int size, int count) throws IOException {
    GptImage image = new GptImage(SIZE, 512).entrySize(size, count);
    if (count > 0) {
      image.entry(count, 10_000, 10_001, "last");
    }
    PartitionTable table = read(image.write());
    assertThat(table.partitions()).hasSize(count > 0 ? 1 : 0);
    assertThat(table.remarks()).isEmpty();
  }

  @Test
  void name_of36Characters_isReadWithoutTerminator() throws IOException {
    String name = "x".repeat(36);
    assertThat(read(new GptImage(SIZE, 512).entry(1, 100, 200, name).write()).partitions())
        .singleElement()
        .satisfies(p -> assertThat(p.name()).isEqualTo(name));
  }

  @ParameterizedTest
  @ValueSource(longs = {512 + 60, 512 + 16, 512, 2 * 512 + 5, 2 * 512 + 127 * 128})
  void damagedPrimary_backupIsUsedAndSaidSo(long damagedByte) throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, 100, 199, "root");
    image.write();
    image.damage(damagedByte);
    PartitionTable table = read(image.device);
    assertThat(table.partitions()).hasSize(1);
    assertThat(table.remarks()).anyMatch(r -> r.contains("backup"));
  }

  @Test
  void damagedBackup_isNotLookedAt() throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, 100, 199, "root");
    image.write();
    image.damage(image.lastSector() * 512 + 60);
    assertThat(read(image.device).remarks()).isEmpty();
  }

  @Test
  void bothDamaged_isATypedErrorThatSaysWhatIsWrong() throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, 100, 199, "root");
    image.write();
    image.damage(512 + 60);
    image.damage(image.lastSector() * 512 + 60);
    assertThatThrownBy(() -> PartitionTable.read(image.device))
        .isInstanceOf(PartitionTableException.class)
        .hasMessageContaining("sector 1 has a wrong checksum")
        .hasMessageContaining("sector 32767 has a wrong checksum");
  }

  @ParameterizedTest
  @CsvSource({
    "12,91,4",
    "12,513,4",
    "12,-1,4",
    "24,2,8",
    "24,-1,8",
    "72,0,8",
    "72,-1,8",
    "72,9223372036854775807,8",
    "72,32768,8",
    "72,32760,8",
    "80,-1,4",
    "80,32769,4",
    "84,0,4",
    "84,127,4",
    "84,129,4",
    "84,8192,4",
    "84,-1,4"
  })
  void impossibleHeaderField_evenWithRightChecksum_isNotBelieved(int at, long value, int width)
      throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, 100, 199, "root");
    image.write();
    image.patchHeader(1, at, value, width);
    PartitionTable table = read(image.device);
    assertThat(table.partitions()).hasSize(1);
    assertThat(table.remarks()).anyMatch(r -> r.contains("backup"));
  }

  @ParameterizedTest
  @CsvSource({"0,10", "1,10", "200,100", "100,99", "-5,100", "100,-1", "100,9223372036854775807"})
  void entryOutsideTheUsableSectors_isLeftOutAndSaidSo(long first, long last) throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, first, last, "bad").entry(2, 100, 199, "ok");
    PartitionTable table = read(image.write());
    assertThat(table.partitions()).extracting(Partition::number).containsExactly(2);
    assertThat(table.remarks()).singleElement().asString().contains("partition 1");
  }

  @Test
  void manyBadEntries_remarksStayFew() throws IOException {
    GptImage image = new GptImage(SIZE, 512);
    for (int i = 1; i <= 128; i++) {
      image.entry(i, 1, 1, "bad");
    }
    assertThat(read(image.write()).remarks()).hasSize(PartitionTable.MAX_REMARKS);
  }

  @Test
  void usableSectorsUpToTheLargestNumber_overflowNothing() throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1, "x");
    image.write();
    image.patchHeader(1, 48, Long.MAX_VALUE, 8);
    assertThat(read(image.device).partitions()).isEmpty();
  }

  @Test
  void gptWithoutProtectiveMbr_isNotBelieved() throws IOException {
    GptImage image = new GptImage(SIZE, 512).entry(1, 100, 199, "root");
    image.write();
    image.device.writeFully(0, ByteBuffer.allocate(512));
    assertThat(PartitionTable.read(image.device)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 1024, 1536, 4096, 8192})
  void protectiveMbrOnATinyDevice_isATypedError(long size) throws IOException {
    GptImage whole = new GptImage(SIZE, 512);
    whole.write();
    BlockDevice tiny = DeviceSlice.sharing(whole.device, "tiny", 0, size);
    assertThatThrownBy(() -> PartitionTable.read(tiny)).isInstanceOf(PartitionTableException.class);
  }
}
