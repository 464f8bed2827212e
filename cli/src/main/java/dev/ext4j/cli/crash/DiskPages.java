package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * A disk in memory that consists of a base, which stays unchanged, and of changes. It records the
 * pages that the changes touch, and a sum over the content. Two disks over the same base with equal
 * sums are treated as equal, independent of the changes that led to them. The sum has 128 bits, and
 * no adversary chooses the content. The sum adds up the difference of each page to its base, so
 * that only the pages that a change touches have to be read for it.
 */
final class DiskPages {
  static final int PAGE_SIZE = 4096;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR_1 = 0x9E3779B97F4A7C15L;
  private static final long FACTOR_2 = 0xC2B2AE3D27D4EB4FL;

  /** A sum over the content of a disk, as a difference to its base. */
  record Sum(long high, long low) {
    static final Sum NONE = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(high + other.high, low + other.low);
    }

    Sum minus(Sum other) {
      return new Sum(high - other.high, low - other.low);
    }
  }

  /** A change of a disk. */
  interface Change {
    void applyTo(BlockDevice disk) throws IOException;
  }

  private final OverlayDevice disk;
  private final Set<Long> pages = new HashSet<>();
  private Sum sum;

  private DiskPages(BlockDevice below, Sum sum) {
    this.disk = OverlayDevice.sharing(below);
    this.sum = sum;
  }

  /** Returns a view of a disk, initially without changes. */
  static DiskPages over(BlockDevice base) {
    return new DiskPages(base, Sum.NONE);
  }

  /**
   * Returns a view of a disk with changes, initially without further changes. The disk below must
   * not change while the view is in use.
   */
  static DiskPages over(DiskPages below) {
    return new DiskPages(below.disk, below.sum);
  }

  /** Makes a change that lies completely inside a range. */
  void change(long byteOffset, long byteCount, Change change) throws IOException {
    if (byteCount == 0) {
      return;
    }
    long first = byteOffset / PAGE_SIZE;
    long last = (byteOffset + byteCount - 1) / PAGE_SIZE;
    for (long page = first; page <= last; page++) {
      sum = sum.minus(sum(page));
    }
    change.applyTo(disk);
    for (long page = first; page <= last; page++) {
      sum = sum.plus(sum(page));
      pages.add(page);
    }
  }

  /** Returns the disk in its current state. */
  BlockDevice disk() {
    return disk;
  }

  /** Returns the pages that may differ from the disk below. */
  Set<Long> pages() {
    return pages;
  }

  /** Returns the sum over all changes, including those of the disk below. */
  Sum sum() {
    return sum;
  }

  private Sum sum(long page) throws IOException {
    byte[] bytes = new byte[PAGE_SIZE];
    long start = page * PAGE_SIZE;
    disk.readFully(
        start, ByteBuffer.wrap(bytes, 0, (int) Math.min(PAGE_SIZE, disk.size() - start)));
    long high = (page + 1) * FACTOR_1;
    long low = (page + 1) * FACTOR_2;
    for (int i = 0; i < PAGE_SIZE; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      high = Long.rotateLeft((high ^ word) * FACTOR_1, 29);
      low = Long.rotateLeft((low + word) * FACTOR_2, 31) ^ high;
    }
    return new Sum(mixed(high), mixed(low));
  }

  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 32)) * FACTOR_1;
    return mixed ^ (mixed >>> 29);
  }
}
