package dev.ext4j.blockdev.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A GPT header with a correct checksum and with numbers within bounds.
 *
 * @param sectorSize the sector size in bytes; all addresses in the header are in this unit
 * @param firstUsableSector the first sector that a partition may use
 * @param lastUsableSector the last sector that a partition may use
 * @param entriesByte the byte at which the array of entries begins
 * @param entryCount the number of entries, used or not
 * @param entrySize the size of an entry in bytes, at least 128
 * @param entriesCrc the CRC32 of the array
 */
record GptHeader(
    int sectorSize,
    long firstUsableSector,
    long lastUsableSector,
    long entriesByte,
    int entryCount,
    int entrySize,
    int entriesCrc) {
  static final int MIN_ENTRY_SIZE = 128;
  private static final int MAX_ENTRY_SIZE = 4096;

  /**
   * The limit of the array's size, which bounds the time to read it. It is 256 times the size that
   * every tool writes (128 entries of 128 bytes).
   */
  private static final int MAX_ARRAY_SIZE = 4 << 20;

  private static final byte[] SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_SIZE_AT = 12;
  private static final int HEADER_CRC_AT = 16;
  private static final int MY_SECTOR_AT = 24;
  private static final int FIRST_USABLE_AT = 40;
  private static final int LAST_USABLE_AT = 48;
  private static final int ENTRIES_SECTOR_AT = 72;
  private static final int ENTRY_COUNT_AT = 80;
  private static final int ENTRY_SIZE_AT = 84;
  private static final int ENTRIES_CRC_AT = 88;
  private static final int MIN_HEADER_SIZE = 92;

  /** Returns whether the sector has the signature of a header. The header may still be invalid. */
  static boolean hasSignature(ByteBuffer sector) {
    return sector.slice(0, SIGNATURE.length).equals(ByteBuffer.wrap(SIGNATURE));
  }

  /**
   * Parses the header in a sector.
   *
   * @param bytes the whole sector; its size is the unit of the addresses
   * @param ownSector the number of the sector that was read
   * @param deviceByteCount the size of the device, inside which the array of entries must lie
   * @param problems the list to which the reason is added if the header is not valid
   * @return the header, or empty if anything about it is wrong
   */
  static Optional<GptHeader> parse(
      ByteBuffer bytes, long ownSector, long deviceByteCount, Remarks problems) {
    ByteBuffer sector = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    String problem = problemOf(sector, ownSector, deviceByteCount);
    if (problem != null) {
      problems.add("the header at sector " + ownSector + " " + problem);
      return Optional.empty();
    }
    int sectorSize = sector.capacity();
    return Optional.of(
        new GptHeader(
            sectorSize,
            sector.getLong(FIRST_USABLE_AT),
            sector.getLong(LAST_USABLE_AT),
            sector.getLong(ENTRIES_SECTOR_AT) * sectorSize,
            sector.getInt(ENTRY_COUNT_AT),
            sector.getInt(ENTRY_SIZE_AT),
            sector.getInt(ENTRIES_CRC_AT)));
  }

  private static @Nullable String problemOf(
      ByteBuffer sector, long ownSector, long deviceByteCount) {
    if (!hasSignature(sector)) {
      return "has no signature";
    }
    long headerSize = Integer.toUnsignedLong(sector.getInt(HEADER_SIZE_AT));
    if (headerSize < MIN_HEADER_SIZE || headerSize > sector.capacity()) {
      return "has an impossible size of " + headerSize + " bytes";
    }
    if (crcOf(sector, (int) headerSize) != sector.getInt(HEADER_CRC_AT)) {
      return "has a wrong checksum";
    }
    if (sector.getLong(MY_SECTOR_AT) != ownSector) {
      return "belongs to sector " + Long.toUnsignedString(sector.getLong(MY_SECTOR_AT));
    }
    return problemOfArray(sector, deviceByteCount);
  }

  private static @Nullable String problemOfArray(ByteBuffer sector, long deviceByteCount) {
    long entrySize = Integer.toUnsignedLong(sector.getInt(ENTRY_SIZE_AT));
    long entryCount = Integer.toUnsignedLong(sector.getInt(ENTRY_COUNT_AT));
    if (entrySize < MIN_ENTRY_SIZE || entrySize > MAX_ENTRY_SIZE || entrySize % 8 != 0) {
      return "has an impossible entry size of " + entrySize + " bytes";
    }
    if (entryCount > MAX_ARRAY_SIZE / entrySize) {
      return "counts " + entryCount + " entries, too many to be read";
    }
    long entriesSector = sector.getLong(ENTRIES_SECTOR_AT);
    long sectorCount = deviceByteCount / sector.capacity();
    if (entriesSector < 1
        || entriesSector > sectorCount
        || entryCount * entrySize > deviceByteCount - entriesSector * sector.capacity()) {
      return "puts its entries outside the device";
    }
    return null;
  }

  /** Returns the checksum of the header, computed with zeros in place of the checksum field. */
  private static int crcOf(ByteBuffer sector, int headerSize) {
    CRC32 crc = new CRC32();
    crc.update(sector.slice(0, HEADER_CRC_AT));
    crc.update(new byte[Integer.BYTES]);
    int rest = HEADER_CRC_AT + Integer.BYTES;
    crc.update(sector.slice(rest, headerSize - rest));
    return (int) crc.getValue();
  }
}
