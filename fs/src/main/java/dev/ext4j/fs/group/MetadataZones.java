package dev.ext4j.fs.group;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import java.io.IOException;
import java.util.Arrays;

/**
 * The blocks that hold superblocks, group descriptors, bitmaps and inode tables (the kernel's
 * system zone). A file must not own or free any of these blocks.
 */
public final class MetadataZones {
  private final long[] starts;
  private final long[] ends;

  private MetadataZones(long[] starts, long[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /** Computes the zones of a file system from all group descriptors. */
  public static MetadataZones read(Geometry geometry, GroupTable groups) throws IOException {
    Collector zones = new Collector();
    long tableBlocks = groups.inodeTableBlocks();
    for (int group = 0; group < geometry.groupCount(); group++) {
      long base = geometry.baseMetadataBlocks(group);
      if (group == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10) {
        base++; // block 0 belongs to the boot loader, the superblock is block 1
      }
      if (base > 0) {
        zones.add(geometry.groupStart(group), base);
      }
      GroupDescriptorView descriptor = groups.descriptor(group);
      zones.add(descriptor.blockBitmapBlock(), 1);
      zones.add(descriptor.inodeBitmapBlock(), 1);
      zones.add(descriptor.inodeTableBlock(), tableBlocks);
    }
    return zones.sorted();
  }

  /** Returns whether at least one of the blocks {@code [first, first + count)} is metadata. */
  public boolean touches(long first, long count) {
    int at = Arrays.binarySearch(starts, first);
    if (at >= 0) {
      return true;
    }
    int next = -at - 1;
    return (next > 0 && ends[next - 1] > first)
        || (next < starts.length && starts[next] < first + count);
  }

  /**
   * A collector of ranges, which may come in any order. If a range begins at the end of one of the
   * last few ranges, that range is extended.
   */
  private static final class Collector {
    private long[] firsts = new long[64];
    private long[] ends = new long[64];
    private int size;
    // With flex_bg the block bitmaps of adjacent groups are adjacent, and so are their inode
    // bitmaps and their inode tables. Therefore three runs grow at the same time, besides the run
    // at the start of a group.
    private static final int OPEN_RUNS = 4;

    void add(long first, long count) {
      for (int i = size - 1; i >= 0 && i >= size - OPEN_RUNS; i--) {
        if (ends[i] == first) {
          ends[i] = first + count;
          return;
        }
      }
      if (size == firsts.length) {
        firsts = Arrays.copyOf(firsts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
      }
      firsts[size] = first;
      ends[size++] = first + count;
    }

    MetadataZones sorted() {
      Integer[] order = new Integer[size];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (a, b) -> Long.compare(firsts[a], firsts[b]));
      long[] starts = new long[size];
      long[] sortedEnds = new long[size];
      int count = 0;
      for (int i : order) {
        if (count > 0 && firsts[i] <= sortedEnds[count - 1]) {
          sortedEnds[count - 1] = Math.max(sortedEnds[count - 1], ends[i]);
        } else {
          starts[count] = firsts[i];
          sortedEnds[count++] = ends[i];
        }
      }
      return new MetadataZones(Arrays.copyOf(starts, count), Arrays.copyOf(sortedEnds, count));
    }
  }
}
