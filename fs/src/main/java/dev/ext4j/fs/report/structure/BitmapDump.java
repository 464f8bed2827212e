package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A bitmap as a list of runs of equal bits. Each run is a field. */
public final class BitmapDump {
  private final ByteBuffer bytes;
  private final long block;

  /** Creates a dump of a block that holds a bitmap. */
  public BitmapDump(ByteBuffer bytes, long block) {
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.block = block;
  }

  /**
   * Returns the bitmap.
   *
   * @param name the name of the structure, for example "block bitmap"
   * @param unit the unit of a bit, for example "inodes"
   * @param bitCount the number of bits in use; the bits after them are padding
   * @param first the number that the first bit stands for
   * @param step the distance of the numbers of two neighbouring bits
   * @param checksumMatches whether the checksum in the group descriptor matches
   */
  public DumpedStructure of(
      String name, String unit, int bitCount, long first, long step, boolean checksumMatches) {
    StructureBuilder.Area area = new StructureBuilder.Area(bytes, block, 0);
    StructureBuilder builder = new StructureBuilder(area, name, "", 0);
    int count = Math.min(bitCount, 8 * bytes.capacity());
    for (int start = 0; start < count; ) {
      int end = endOfRun(start, count);
      boolean used = isSet(start);
      builder.field(
          new DumpedField(
              "bits " + start + ".." + (end - 1),
              start / 8,
              (end - 1) / 8 - start / 8 + 1,
              used ? "1" : "0",
              unit
                  + " "
                  + (first + start * step)
                  + ".."
                  + (first + end * step - 1)
                  + (used ? " in use" : " free")));
      start = end;
    }
    int all = 8 * bytes.capacity();
    if (count < all && endOfRun(count, all) < all) {
      builder.problem("the padding has bits of both values");
    }
    if (!checksumMatches) {
      builder.problem("the checksum in the group descriptor does not match");
    }
    return builder.build();
  }

  private int endOfRun(int start, int count) {
    boolean used = isSet(start);
    int at = start + 1;
    while (at < count && isSet(at) == used) {
      at++;
    }
    return at;
  }

  private boolean isSet(int bit) {
    return (bytes.get(bit >> 3) & 1 << (bit & 7)) != 0;
  }
}
