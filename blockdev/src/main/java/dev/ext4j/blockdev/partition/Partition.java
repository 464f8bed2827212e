package dev.ext4j.blockdev.partition;

/**
 * A partition as its table describes it. It may end outside of the device, because the table of a
 * truncated image is still valid.
 *
 * @param number the number of the partition in Linux, from 1. In a GPT it is the position of the
 *     entry. In an MBR it is 1 to 4 for a primary partition and 5 or more for a logical one.
 * @param startByte the byte of the device at which the partition begins
 * @param byteCount the size of the partition in bytes, at least 1
 * @param type the type of the partition: the GUID in lower case in a GPT, or the type byte in an
 *     MBR, for example "0x83"
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
