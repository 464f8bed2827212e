package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file as the kernel shows it, without its location on the device.
 *
 * @param sectors {@code st_blocks}, in units of 512 bytes
 * @param digest the digest of the bytes, equal for holes and written zeros
 * @param runs its map, with adjacent extents of one kind merged and with all physical blocks 0
 */
public record FileSnapshot(long byteSize, long sectors, String digest, List<KernelExtent> runs) {
  /** Copies the list. */
  public FileSnapshot {
    runs = List.copyOf(runs);
  }

  static FileSnapshot of(Path path, List<KernelExtent> map, int blockSize) throws IOException {
    KernelStat stat = KernelStat.of(path);
    List<KernelExtent> runs =
        map.stream().map(extent -> logical(extent, extent.unwritten())).toList();
    return new FileSnapshot(
        stat.byteSize(), stat.sectors(), SparseDigest.of(path, map, blockSize), joined(runs));
  }

  /**
   * Returns the differences from {@code expected} that a user of the file can see: size, content
   * and holes. Returns an empty list if there are none.
   */
  public List<String> differences(FileSnapshot expected) {
    List<String> differences = new ArrayList<>();
    if (byteSize != expected.byteSize) {
      differences.add("size " + byteSize + " instead of " + expected.byteSize);
    }
    if (!digest.equals(expected.digest)) {
      differences.add("content");
    }
    if (!allocated().equals(expected.allocated())) {
      differences.add("allocated " + allocated() + " instead of " + expected.allocated());
    }
    return differences;
  }

  /**
   * Returns the differences that depend on the shape of the tree, and on when the kernel writes
   * zeros instead of splitting an extent: written instead of unwritten, and the count of sectors.
   */
  public List<String> shapeDifferences(FileSnapshot expected) {
    List<String> differences = new ArrayList<>();
    if (!runs.equals(expected.runs) && allocated().equals(expected.allocated())) {
      differences.add("runs " + runs + " instead of " + expected.runs);
    }
    if (sectors != expected.sectors) {
      differences.add("sectors " + sectors + " instead of " + expected.sectors);
    }
    return differences;
  }

  /** Returns the first and last block of each allocated run, whether written or not. */
  public List<String> allocated() {
    return joined(runs.stream().map(run -> logical(run, false)).toList()).stream()
        .map(run -> run.inline() ? "inline" : run.logicalBlock() + "-" + (run.logicalEnd() - 1))
        .toList();
  }

  private static KernelExtent logical(KernelExtent extent, boolean unwritten) {
    return new KernelExtent(
        extent.logicalBlock(), 0, extent.blockCount(), unwritten, false, extent.inline());
  }

  private static List<KernelExtent> joined(List<KernelExtent> runs) {
    List<KernelExtent> joined = new ArrayList<>();
    for (KernelExtent run : runs) {
      int end = joined.size() - 1;
      if (end >= 0
          && !run.inline()
          && joined.get(end).logicalEnd() == run.logicalBlock()
          && joined.get(end).unwritten() == run.unwritten()) {
        joined.set(end, joined.get(end).joinedWith(run));
      } else {
        joined.add(run);
      }
    }
    return joined;
  }
}
