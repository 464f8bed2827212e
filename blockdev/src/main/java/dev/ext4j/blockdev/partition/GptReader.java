package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A reader of a GPT: of the header in the second sector, or of its backup in the last one. A header
 * is used only if its own checksum and the checksum of its entries are correct.
 *
 * <p>An image file does not record the sector size for which it was partitioned. A header is
 * therefore searched at both 512 and 4096 bytes, starting with the device's own sector size.
 */
final class GptReader {
  private static final int FIRST_SECTOR_AT = 32;
  private static final int LAST_SECTOR_AT = 40;
  private static final int NAME_AT = 56;
  private static final int NAME_SIZE = 72;

  private final BlockDevice device;
  private final Remarks remarks = new Remarks();

  GptReader(BlockDevice device) {
    this.device = device;
  }

  PartitionTable read() throws IOException {
    for (int sectorSize : sectorSizes()) {
      Optional<List<Partition>> partitions = readAt(1, sectorSize);
      if (partitions.isPresent()) {
        return table(partitions.get());
      }
    }
    for (int sectorSize : sectorSizes()) {
      Optional<List<Partition>> partitions = readAt(device.size() / sectorSize - 1, sectorSize);
      if (partitions.isPresent()) {
        remarks.add("the backup GPT at the end of the device was used");
        return table(partitions.get());
      }
    }
    throw new PartitionTableException(
        device.name(), "no sound GPT: " + String.join("; ", remarks.texts()));
  }

  private PartitionTable table(List<Partition> partitions) {
    return new PartitionTable(PartitionTable.Scheme.GPT, partitions, remarks.texts());
  }

  private int[] sectorSizes() {
    return device.sectorSize() == 4096 ? new int[] {4096, 512} : new int[] {512, 4096};
  }

  private Optional<List<Partition>> readAt(long sectorNumber, int sectorSize) throws IOException {
    if (sectorNumber < 1 || sectorNumber >= device.size() / sectorSize) {
      return Optional.empty();
    }
    ByteBuffer sector = ByteBuffer.allocate(sectorSize);
    device.readFully(sectorNumber * sectorSize, sector);
    Optional<GptHeader> header =
        GptHeader.parse(sector.flip(), sectorNumber, device.size(), remarks);
    return header.isPresent() ? readEntries(header.get()) : Optional.empty();
  }

  private Optional<List<Partition>> readEntries(GptHeader header) throws IOException {
    CRC32 crc = new CRC32();
    List<Partition> partitions = new ArrayList<>();
    Remarks ofEntries = new Remarks();
    // The entries are read in runs of fixed size, so that no number from the disk decides how much
    // memory is allocated.
    int perRun = (1 << 16) / header.entrySize();
    ByteBuffer run = ByteBuffer.allocate(perRun * header.entrySize());
    run.order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < header.entryCount(); done += perRun) {
      int count = Math.min(perRun, header.entryCount() - done);
      run.clear().limit(count * header.entrySize());
      device.readFully(header.entriesByte() + (long) done * header.entrySize(), run);
      crc.update(run.flip());
      for (int i = 0; i < count; i++) {
        ByteBuffer entry = run.slice(i * header.entrySize(), header.entrySize());
        addEntry(done + i + 1, entry.order(ByteOrder.LITTLE_ENDIAN), header, partitions, ofEntries);
      }
    }
    if ((int) crc.getValue() != header.entriesCrc()) {
      remarks.add("the entries at byte " + header.entriesByte() + " have a wrong checksum");
      return Optional.empty();
    }
    ofEntries.texts().forEach(remarks::add);
    return Optional.of(partitions);
  }

  private static void addEntry(
      int number, ByteBuffer entry, GptHeader header, List<Partition> into, Remarks problems) {
    if (entry.getLong(0) == 0 && entry.getLong(Long.BYTES) == 0) {
      return;
    }
    long first = entry.getLong(FIRST_SECTOR_AT);
    long last = entry.getLong(LAST_SECTOR_AT);
    if (first < header.firstUsableSector() || last < first || last > header.lastUsableSector()) {
      problems.add("partition " + number + " lies outside the usable sectors and is left out");
      return;
    }
    if (first < 0 || last >= Long.MAX_VALUE / header.sectorSize()) {
      problems.add("partition " + number + " lies beyond the largest device and is left out");
      return;
    }
    into.add(
        new Partition(
            number,
            first * header.sectorSize(),
            (last - first + 1) * header.sectorSize(),
            guid(entry),
            name(entry)));
  }

  /**
   * Returns the GUID of an entry. Its first three fields are little-endian, and its last eight
   * bytes are in order.
   */
  private static String guid(ByteBuffer entry) {
    int low = entry.getInt(0);
    int middle = Short.toUnsignedInt(entry.getShort(4));
    int high = Short.toUnsignedInt(entry.getShort(6));
    long tail = Long.reverseBytes(entry.getLong(8));
    return String.format(
        Locale.ROOT,
        "%08x-%04x-%04x-%04x-%012x",
        low,
        middle,
        high,
        tail >>> 48,
        tail & 0xffff_ffff_ffffL);
  }

  private static String name(ByteBuffer entry) {
    int count = 0;
    while (count < NAME_SIZE && entry.getShort(NAME_AT + count) != 0) {
      count += Short.BYTES;
    }
    return StandardCharsets.UTF_16LE.decode(entry.slice(NAME_AT, count)).toString();
  }
}
