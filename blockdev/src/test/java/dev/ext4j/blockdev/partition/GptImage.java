package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A GPT that is built byte by byte from the UEFI specification. Tests can make any part of it
 * wrong.
 */
final class GptImage {
  static final String LINUX_DATA = "0fc63daf-8483-4772-8e79-3d69d8477de4";

  final MemoryBlockDevice device;
  final int sectorSize;
  int entrySize = 128;
  int entryCount = 128;
  long declaredEntryCount = -1;
  private ByteBuffer entries = ByteBuffer.allocate(0);

  GptImage(long byteCount, int sectorSize) {
    this(byteCount, sectorSize, sectorSize);
  }

  GptImage(long byteCount, int sectorSize, int deviceSectorSize) {
    this.device = new MemoryBlockDevice(byteCount, deviceSectorSize);
    this.sectorSize = sectorSize;
  }

  GptImage entrySize(int size, int count) {
    entrySize = size;
    entryCount = count;
    return this;
  }

  GptImage entry(int number, long firstSector, long lastSector, String name) {
    if (entries.capacity() == 0) {
      entries = little(entrySize * entryCount);
    }
    int at = (number - 1) * entrySize;
    entries
        .putInt(at, 0x0fc63daf)
        .putShort(at + 4, (short) 0x8483)
        .putShort(at + 6, (short) 0x4772);
    entries.putLong(at + 8, Long.reverseBytes(0x8e793d69d8477de4L));
    entries.putLong(at + 16, number).putLong(at + 24, number);
    entries.putLong(at + 32, firstSector).putLong(at + 40, lastSector);
    entries.put(at + 56, name.getBytes(StandardCharsets.UTF_16LE));
    return this;
  }

  long lastSector() {
    return device.size() / sectorSize - 1;
  }

  long entriesSectors() {
    return ((long) entries.capacity() + sectorSize - 1) / sectorSize;
  }

  BlockDevice write() throws IOException {
    if (entries.capacity() == 0) {
      entries = little(entrySize * entryCount);
    }
    writeProtectiveMbr();
    writeHeader(1, lastSector(), 2);
    writeHeader(lastSector(), 1, lastSector() - entriesSectors());
    return device;
  }

  private void writeProtectiveMbr() throws IOException {
    ByteBuffer mbr = little(512);
    mbr.put(446 + 4, (byte) 0xee).putInt(446 + 8, 1).putInt(446 + 12, -1);
    mbr.putShort(510, (short) 0xaa55);
    device.writeFully(0, mbr);
  }

  private void writeHeader(long sector, long other, long entriesSector) throws IOException {
    device.writeFully(entriesSector * sectorSize, entries.duplicate());
    ByteBuffer header = little(sectorSize);
    header.put(0, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    header.putInt(8, 0x10000).putInt(12, 92);
    header.putLong(24, sector).putLong(32, other);
    header.putLong(40, 2 + entriesSectors()).putLong(48, lastSector() - entriesSectors() - 1);
    header.putLong(72, entriesSector);
    header.putInt(80, (int) (declaredEntryCount < 0 ? entryCount : declaredEntryCount));
    header.putInt(84, entrySize);
    header.putInt(88, crc(entries.duplicate()));
    header.putInt(16, crc(header.slice(0, 92)));
    device.writeFully(sector * sectorSize, header);
  }

  /** Changes a field of a header and corrects its checksum. */
  void patchHeader(long sector, int at, long value, int width) throws IOException {
    ByteBuffer header = little(sectorSize);
    device.readFully(sector * sectorSize, header.duplicate());
    if (width == 8) {
      header.putLong(at, value);
    } else {
      header.putInt(at, (int) value);
    }
    header.putInt(16, 0);
    header.putInt(16, crc(header.slice(0, 92)));
    device.writeFully(sector * sectorSize, header);
  }

  void damage(long byteOffset) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    device.readFully(byteOffset, one);
    one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
    device.writeFully(byteOffset, one);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
