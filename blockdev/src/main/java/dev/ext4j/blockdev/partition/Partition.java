package dev.ext4j.blockdev.partition;

/**
 * A partition as its table describes it. It may end outside of the device, because the table of a
 * truncated image is still a table.
 *
 * @param number the number that Linux gives it, from 1; in a GPT the position of its entry, in an
 *     MBR 1 to 4 for primary partitions and 5 or more for logical ones
 * @param startByte the byte of the device at which it begins
 * @param byteCount its size in bytes, at least 1
 * @param type in a GPT the type's GUID in lower case, in an MBR the type byte as "0x83"
 * @param name the name from a GPT, empty if there is none; it may contain any characters
 */
public record Partition(int number, long startByte, long byteCount, String type, String name) {
  /** Checks that the number and the range are valid for a partition. */
  public Partition {
    if (number < 1 || startByte < 0 || byteCount < 1 || startByte > Long.MAX_VALUE - byteCount) {
      throw new IllegalArgumentException(
          "no partition: number " + number + ", start " + startByte + ", size " + byteCount);
    }
  }

  /** Returns the first byte after the partition. */
  public long endByte() {
    return startByte + byteCount;
  }
}
