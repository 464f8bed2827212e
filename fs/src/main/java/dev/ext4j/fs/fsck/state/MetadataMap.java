package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.table.Bitmap;
import dev.ext4j.fs.fsck.table.BlockSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of the file system itself: superblocks, descriptors with the blocks reserved for them,
 * bitmaps, inode tables. Structures outside the file system are not included.
 */
public final class MetadataMap {
  /** A run of blocks of one structure and the group it belongs to. */
  private record Zone(long first, long end, int group, boolean fixed) {
    static final Comparator<Zone> ORDER =
        (a, b) ->
            a.first != b.first ? Long.compare(a.first, b.first) : Boolean.compare(a.fixed, b.fixed);
  }

  private final CheckedImage image;
  private final List<Zone> zones = new ArrayList<>();
  private long[] starts = {};
  private long[] ends = {};

  private MetadataMap(CheckedImage image) {
    this.image = image;
  }

  /** Collects the zones, and reports those that overlap. */
  static MetadataMap of(CheckedImage image, Groups groups, ProblemLog log) {
    MetadataMap map = new MetadataMap(image);
    map.collect(groups, true);
    if (map.merge(null)) {
      map.zones.clear();
      map.collect(groups, false); // again, to find the groups of zones that overlap
      boolean unused = map.merge(log);
    }
    map.zones.clear();
    return map;
  }

  /**
   * Collects all zones.
   *
   * @param condensed whether neighbouring zones of one kind are joined into one zone that has the
   *     group of the first zone
   */
  private void collect(Groups groups, boolean condensed) {
    Kind fixed = new Kind(true, condensed);
    Kind blockBitmaps = new Kind(false, condensed);
    Kind inodeBitmaps = new Kind(false, condensed);
    Kind inodeTables = new Kind(false, condensed);
    Geometry geometry = image.geometry();
    for (int group = 0; group < groups.count(); group++) {
      long base = geometry.baseMetadataBlocks(group);
      if (base > 0) {
        boolean shifted =
            group == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10;
        long count = Math.min(base + (shifted ? 1 : 0), geometry.blocksIn(group));
        fixed.add(geometry.groupStart(group), count, group);
      }
      GroupDescriptorView descriptor = groups.descriptor(group);
      blockBitmaps.add(descriptor.blockBitmapBlock(), 1, group);
      inodeBitmaps.add(descriptor.inodeBitmapBlock(), 1, group);
      inodeTables.add(descriptor.inodeTableBlock(), image.inodeTableBlocks(), group);
    }
    fixed.end();
    blockBitmaps.end();
    inodeBitmaps.end();
    inodeTables.end();
  }

  /** A collector of zones of one kind. It can join zones that follow each other. */
  private final class Kind {
    private final boolean fixed;
    private final boolean condensed;
    private long from;
    private long end;
    private int firstGroup;

    Kind(boolean fixed, boolean condensed) {
      this.fixed = fixed;
      this.condensed = condensed;
    }

    void add(long first, long count, int group) {
      if (!image.contains(first, count) && !(fixed && first == 0)) {
        return;
      }
      if (condensed && first == end) {
        end = first + count;
        return;
      }
      end();
      from = first;
      end = first + count;
      firstGroup = group;
    }

    void end() {
      if (end > from) {
        zones.add(new Zone(from, end, firstGroup, fixed));
      }
    }
  }

  /**
   * Sorts the zones and joins neighbours into one.
   *
   * @return whether any zones overlap
   */
  private boolean merge(@Nullable ProblemLog log) {
    zones.sort(Zone.ORDER);
    starts = new long[zones.size()];
    ends = new long[zones.size()];
    int count = 0;
    boolean overlap = false;
    for (Zone zone : zones) {
      if (count > 0 && zone.first < ends[count - 1]) {
        overlap = true;
        if (log != null) {
          log.add(Problem.of(ProblemCode.METADATA_OVERLAPS).group(zone.group).block(zone.first));
        }
      }
      if (count > 0 && zone.first <= ends[count - 1]) {
        ends[count - 1] = Math.max(ends[count - 1], zone.end);
      } else {
        starts[count] = zone.first;
        ends[count++] = zone.end;
      }
    }
    starts = Arrays.copyOf(starts, count);
    ends = Arrays.copyOf(ends, count);
    return overlap;
  }

  /** Adds all zones to a set. */
  void addTo(BlockSet set) {
    for (int i = 0; i < starts.length; i++) {
      long first = Math.max(starts[i], image.geometry().firstDataBlock());
      if (first < ends[i]) {
        set.add(first, ends[i] - first, null);
      }
    }
  }

  /** Sets the bits of the clusters of a group that hold metadata. */
  public void mark(int group, Bitmap bitmap) {
    Geometry geometry = image.geometry();
    long first = geometry.groupStart(group);
    long end = first + geometry.blocksIn(group);
    int bits = geometry.clusterRatioBits();
    int found = Arrays.binarySearch(starts, first);
    int i = found >= 0 ? found : Math.max(0, -found - 2);
    for (; i < starts.length && starts[i] < end; i++) {
      long from = Math.max(first, starts[i]);
      long to = Math.min(end, ends[i]);
      if (from < to) {
        bitmap.set((int) ((from - first) >>> bits), (int) ((to - 1 - first) >>> bits) + 1);
      }
    }
  }

  /** Returns whether one of the blocks {@code [first, first + count)} is metadata. */
  public boolean touches(long first, long count) {
    int at = Arrays.binarySearch(starts, first);
    if (at >= 0) {
      return true;
    }
    int next = -at - 1;
    return (next > 0 && ends[next - 1] > first)
        || (next < starts.length && starts[next] < first + count);
  }
}
