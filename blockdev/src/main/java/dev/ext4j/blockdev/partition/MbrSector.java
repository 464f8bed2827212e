package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sector with the MBR's signature and four entries: the first one of a disk, or the head of a
 * logical partition.
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
   * One entry.
   *
   * @param slot from 0 to 3
   * @param bootFlag 0x80 for the active partition, else 0
   * @param start first sector: of the disk, or of what the sector is relative to
   * @param count sectors; 0 for an entry not in use
   */
  record Entry(int slot, int bootFlag, int type, long start, long count) {
    boolean used() {
      return type != 0 && count != 0;
    }

    /** A container of logical partitions: DOS, Windows 95 (LBA) or Linux extended. */
    boolean extended() {
      return used() && (type == 0x05 || type == 0x0f || type == 0x85);
    }

    boolean hasValidBootFlag() {
      return bootFlag == 0 || bootFlag == 0x80;
    }
  }

  /** The sector at a place on the device; nothing without signature or outside the device. */
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

  /** Whether one entry says that the disk has a GPT; others beside it make a hybrid MBR. */
  boolean isProtective() {
    return entries().stream().anyMatch(entry -> entry.type() == PROTECTIVE_TYPE);
  }

  /** The boot sector of a FAT or NTFS volume has the signature too, but code for entries. */
  boolean hasValidBootFlags() {
    return entries().stream().allMatch(Entry::hasValidBootFlag);
  }
}
