package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A producer of the disks of crash points, which must be requested in the order of the plan. It
 * keeps the disk as it was at the start of the epoch, and as it was after a prefix of the epoch. A
 * state consists of a few changes on top of one of these two disks. Only one thread may use this
 * object.
 */
final class CrashDisk {
  private final WriteLog log;
  private final int sectorSize;
  private final DiskPages durable;
  private int durableEnd;
  private DiskPages inOrder;
  private int inOrderEnd;
  private Set<Long> newlyDurable = new HashSet<>();

  /**
   * A disk after a crash.
   *
   * @param content the disk
   * @param pages the pages that may differ from the disk at the start of the epoch
   */
  record State(DiskPages content, Set<Long> pages) {}

  CrashDisk(WriteLog log, BlockDevice base, int sectorSize) {
    this.log = log;
    this.sectorSize = sectorSize;
    this.durable = DiskPages.over(base);
    this.inOrder = DiskPages.over(durable);
  }

  /** Returns the disk of a crash point. The disk can be used until the next call. */
  State at(CrashPoint point) throws IOException {
    advanceTo(point.epochStart());
    BitSet kept = point.kept();
    if (kept != null) {
      DiskPages content = DiskPages.over(durable);
      for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
        apply(point.epochStart() + i, content);
      }
      return new State(content, content.pages());
    }
    prefixTo(point.torn() == CrashPoint.NONE ? point.cut() : point.torn());
    DiskPages content = DiskPages.over(inOrder);
    Set<Long> pages = new HashSet<>(inOrder.pages());
    BitSet sectors = point.sectors();
    if (sectors != null) {
      tear(point.torn(), sectors, content);
      pages.addAll(content.pages());
    }
    return new State(content, pages);
  }

  private void advanceTo(int epochStart) throws IOException {
    if (epochStart == durableEnd) {
      return;
    }
    for (; durableEnd < epochStart; durableEnd++) {
      if (log.isChange(durableEnd)) {
        apply(durableEnd, durable);
        addPages(durableEnd);
      }
    }
    inOrder = DiskPages.over(durable);
    inOrderEnd = epochStart;
  }

  private void addPages(int entry) {
    long last = (log.byteOffset(entry) + log.byteCount(entry) - 1) / DiskPages.PAGE_SIZE;
    for (long page = log.byteOffset(entry) / DiskPages.PAGE_SIZE; page <= last; page++) {
      newlyDurable.add(page);
    }
  }

  private void prefixTo(int end) throws IOException {
    if (end < inOrderEnd) {
      inOrder = DiskPages.over(durable);
      inOrderEnd = durableEnd;
    }
    for (; inOrderEnd < end; inOrderEnd++) {
      if (log.isChange(inOrderEnd)) {
        apply(inOrderEnd, inOrder);
      }
    }
  }

  private void apply(int entry, DiskPages target) throws IOException {
    target.change(log.byteOffset(entry), log.byteCount(entry), disk -> log.apply(entry, disk));
  }

  private void tear(int entry, BitSet sectors, DiskPages target) throws IOException {
    long start = log.byteOffset(entry);
    long end = start + log.byteCount(entry);
    long firstSector = start / sectorSize;
    for (int i = sectors.nextSetBit(0); i >= 0; i = sectors.nextSetBit(i + 1)) {
      long from = Math.max(start, (firstSector + i) * sectorSize);
      long to = Math.min(end, (firstSector + i + 1) * sectorSize);
      target.change(from, to - from, disk -> log.apply(entry, from - start, to - from, disk));
    }
  }

  /** Returns the pages that were touched by the changes that became durable since the last call. */
  Set<Long> takeNewlyDurable() {
    Set<Long> taken = newlyDurable;
    newlyDurable = new HashSet<>();
    return taken;
  }

  /** Returns the pages that all durable changes so far have touched. */
  Set<Long> durablePages() {
    return durable.pages();
  }
}
