package dev.ext4j.blockdev.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class MbrTest {
  private static final long SECTORS = 100_000;

  private final MemoryBlockDevice device = new MemoryBlockDevice(SECTORS * 512);

  private void entry(long sector, int slot, int type, long start, long count) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(4, (byte) type).putInt(8, (int) start).putInt(12, (int) count);
    device.writeFully(sector * 512 + 446 + slot * 16L, entry);
    device.writeFully(sector * 512 + 510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xaa}));
  }

  private PartitionTable read() throws IOException {
    return PartitionTable.read(device).orElseThrow();
  }

  private static Partition partition(int number, long start, long count, String type) {
    return new Partition(number, start * 512, count * 512, type, "");
  }

  @Test
  void emptyDisk_hasNoTable() throws IOException {
    assertThat(PartitionTable.read(device)).isEmpty();
    assertThat(PartitionTable.read(new MemoryBlockDevice(0))).isEmpty();
    assertThat(PartitionTable.read(new MemoryBlockDevice(511))).isEmpty();
  }

  @Test
  void signatureWithoutPartitions_isNoTable() throws IOException {
    entry(0, 0, 0, 0, 0);
    assertThat(PartitionTable.read(device)).isEmpty();
  }

  @Test
  void bootSectorOfAFileSystem_isNoTable() throws IOException {
    entry(0, 0, 0x83, 100, 200);
    device.writeFully(446 + 16, ByteBuffer.wrap(new byte[] {0x41}));
    assertThat(PartitionTable.read(device)).isEmpty();
  }

  @Test
  void primaries_keepTheNumbersOfTheirSlots() throws IOException {
    entry(0, 1, 0x83, 2048, 1000);
    entry(0, 3, 0x0c, 5000, 1);
    PartitionTable table = read();
    assertThat(table.scheme()).isEqualTo(PartitionTable.Scheme.MBR);
    assertThat(table.partitions())
        .containsExactly(partition(2, 2048, 1000, "0x83"), partition(4, 5000, 1, "0x0c"));
  }

  @Test
  void sectorNumbersOf32Bits_areUnsigned() throws IOException {
    entry(0, 0, 0x83, 0xffff_ffffL, 0xffff_fffeL);
    assertThat(read().partitions())
        .containsExactly(partition(1, 0xffff_ffffL, 0xffff_fffeL, "0x83"));
  }

  @Test
  void sectorSizeOfTheDevice_isTheUnit() throws IOException {
    MemoryBlockDevice large = new MemoryBlockDevice(1 << 20, 4096);
    entry(0, 0, 0x83, 10, 20);
    device.discard(512, 512);
    ByteBuffer mbr = ByteBuffer.allocate(512);
    device.readFully(0, mbr);
    large.writeFully(0, mbr.flip());
    assertThat(PartitionTable.read(large).orElseThrow().partitions())
        .containsExactly(new Partition(1, 10 * 4096, 20 * 4096, "0x83", ""));
  }

  @Test
  void logicalPartitions_areNumberedFrom5AlongTheChain() throws IOException {
    entry(0, 0, 0x83, 100, 100);
    entry(0, 1, 0x05, 1000, 9000);
    entry(1000, 0, 0x83, 63, 500);
    entry(1000, 1, 0x05, 1000, 1000); // relative to the container
    entry(2000, 0, 0x82, 1, 999);
    entry(2000, 1, 0x0f, 4000, 1000);
    entry(5000, 0, 0x83, 10, 20);
    PartitionTable table = read();
    assertThat(table.partitions())
        .containsExactly(
            partition(1, 100, 100, "0x83"),
            partition(5, 1063, 500, "0x83"),
            partition(6, 2001, 999, "0x82"),
            partition(7, 5010, 20, "0x83"));
    assertThat(table.remarks()).isEmpty();
  }

  /** Checks that such a chain is cut short. It could otherwise continue over the whole device. */
  @Test
  void chainOfTablesWithoutPartitions_ends() throws IOException {
    entry(0, 0, 0x05, 1000, 9000);
    for (int i = 0; i < 2000; i++) {
      entry(1000 + i, 1, 0x05, i + 1, 1);
    }
    PartitionTable table = read();
    assertThat(table.partitions()).isEmpty();
    assertThat(table.remarks()).singleElement().asString().contains("too far, to sector 1101");
  }

  @Test
  void chainThatComesBack_ends() throws IOException {
    entry(0, 0, 0x05, 1000, 9000);
    entry(1000, 0, 0x83, 63, 500);
    entry(1000, 1, 0x05, 1000, 1000);
    entry(2000, 0, 0x83, 63, 500);
    entry(2000, 1, 0x05, 0, 1000);
    PartitionTable table = read();
    assertThat(table.partitions()).extracting(Partition::number).containsExactly(5, 6);
    assertThat(table.remarks()).singleElement().asString().contains("comes back to sector 1000");
  }

  @Test
  void containerAtTheFirstSector_ends() throws IOException {
    entry(0, 0, 0x05, 0, 9000);
    assertThat(read().partitions()).isEmpty();
  }

  @Test
  void chainOutOfItsContainerOrTheDevice_ends() throws IOException {
    entry(0, 0, 0x05, 1000, 2000);
    entry(1000, 0, 0x83, 63, 500);
    entry(1000, 1, 0x05, 50_000, 10);
    assertThat(read().remarks()).singleElement().asString().contains("too far");
    entry(0, 0, 0x05, 0xffff_0000L, 2000);
    assertThat(read().remarks()).singleElement().asString().contains("breaks off");
  }

  @Test
  void chainOfTenThousand_isCutShort() throws IOException {
    entry(0, 0, 0x05, 10, 90_000);
    for (int i = 0; i < 10_000; i++) {
      entry(10 + i * 2L, 0, 0x83, 1, 1);
      entry(10 + i * 2L, 1, 0x05, (i + 1) * 2L, 2);
    }
    assertThat(read().partitions()).hasSize(256);
  }

  @Test
  void rubbishInTheSecondHalfOfALogicalHead_isLeftOut() throws IOException {
    entry(0, 0, 0x05, 1000, 2000);
    entry(1000, 0, 0x83, 63, 500);
    entry(1000, 2, 0x83, 90_000, 500);
    entry(1000, 3, 0x83, 1000, 500);
    assertThat(read().partitions())
        .containsExactly(partition(5, 1063, 500, "0x83"), partition(6, 2000, 500, "0x83"));
  }
}
