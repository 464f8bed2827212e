package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sector with the MBR's signature and four entries: the first sector of a disk, or the sector at
 * the head of a logical partition.
 */
final class MbrSector {
  private static final int SIZE = 512;
  private static final int SIGNATURE_AT = 510;
  private static final int SIGNATURE = 0xaa55;
  private static final int ENTRIES_AT = 446;
  private static final int ENTRY_COUNT = 4;
  private static final int ENTRY_SIZE = 16;
  private static final int TYPE_AT = 4;
  private static final int START_AT = 8;
  private static final int COUNT_AT = 12;
  private static final int PROTECTIVE_TYPE = 0xee;

  private final ByteBuffer bytes;

  private MbrSector(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * An entry of the table.
   *
   * @param slot the index of the entry, from 0 to 3
   * @param bootFlag 0x80 for the active partition, otherwise 0
   * @param start the first sector, relative to the disk or to the base that applies to this table
   * @param count the number of sectors, 0 for an unused entry
   */
  record Entry(int slot, int bootFlag, int type, long start, long count) {
    boolean used() {
      return type != 0 && count != 0;
    }

    /**
     * Returns whether the entry is a container of logical partitions: a DOS, Windows 95 (LBA) or
     * Linux extended partition.
     */
    boolean extended() {
      return used() && (type == 0x05 || type == 0x0f || type == 0x85);
    }

    boolean hasValidBootFlag() {
      return bootFlag == 0 || bootFlag == 0x80;
    }
  }

  /**
   * Returns the sector at an offset on the device, or empty if it has no signature or lies outside
   * the device.
   */
  static Optional<MbrSector> read(BlockDevice device, long byteOffset) throws IOException {
    if (byteOffset > device.size() - SIZE) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(byteOffset, bytes);
    return Short.toUnsignedInt(bytes.getShort(SIGNATURE_AT)) == SIGNATURE
        ? Optional.of(new MbrSector(bytes))
        : Optional.empty();
  }

  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(ENTRY_COUNT);
    for (int slot = 0; slot < ENTRY_COUNT; slot++) {
      int at = ENTRIES_AT + slot * ENTRY_SIZE;
      entries.add(
          new Entry(
              slot,
              Byte.toUnsignedInt(bytes.get(at)),
              Byte.toUnsignedInt(bytes.get(at + TYPE_AT)),
              Integer.toUnsignedLong(bytes.getInt(at + START_AT)),
              Integer.toUnsignedLong(bytes.getInt(at + COUNT_AT))));
    }
    return entries;
  }

  /**
   * Returns whether an entry has the type that marks a disk with a GPT. An MBR that has other
   * entries too is a hybrid MBR.
   */
  boolean isProtective() {
    return entries().stream().anyMatch(entry -> entry.type() == PROTECTIVE_TYPE);
  }

  /**
   * Returns whether every boot flag is valid. The boot sector of a FAT or NTFS volume also has the
   * signature, but it has code in place of the entries.
   */
  boolean hasValidBootFlags() {
    return entries().stream().allMatch(Entry::hasValidBootFlag);
  }
}
