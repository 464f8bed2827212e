package dev.ext4j.blockdev.partition;

/**
 * One partition, as its table describes it. Whether it lies inside the device is not known here:
 * the table of a truncated image is still a table.
 *
 * @param number from 1, as Linux numbers it: in a GPT the place of its entry, in an MBR 1 to 4 for
 *     the primary and from 5 for the logical ones
 * @param startByte where it begins on the device
 * @param byteCount its size, at least 1
 * @param type in a GPT the type's GUID in lower case, in an MBR the type byte as "0x83"
 * @param name the name in a GPT, empty where there is none; any characters
 */
public record Partition(int number, long startByte, long byteCount, String type, String name) {
  /** Checks that number and range can be one of a partition. */
  public Partition {
    if (number < 1 || startByte < 0 || byteCount < 1 || startByte > Long.MAX_VALUE - byteCount) {
      throw new IllegalArgumentException(
          "no partition: number " + number + ", start " + startByte + ", size " + byteCount);
    }
  }

  /** The first byte after it. */
  public long endByte() {
    return startByte + byteCount;
  }
}
