package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.table.Ints;
import dev.ext4j.fs.fsck.table.Memory;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/** The runs of all directories, sorted by physical block. Directories in inodes come first. */
public final class DirectoryRuns {
  private final List<Found> parts;
  private final long[] firstOfPart;
  private final Ints order;

  /**
   * The runs that one thread has found, with five numbers for each run, and the content of
   * directories in inodes.
   */
  public static final class Found {
    private static final int NUMBERS = 5;

    private final Ints numbers;
    private final Ints content;

    /** Creates an empty table, to which only one thread may add runs. */
    public Found(Memory memory) {
      this.numbers = new Ints(memory);
      this.content = new Ints(memory);
    }

    /**
     * Adds a run of blocks. A run that is longer than an {@code int} can count is added as several
     * runs.
     */
    public void add(long inode, long logicalBlock, long physicalBlock, long blockCount) {
      for (long done = 0; done < blockCount; ) {
        long count = Math.min(blockCount - done, Integer.MAX_VALUE);
        add(inode, (int) (logicalBlock + done), physicalBlock + done, (int) count);
        done += count;
      }
    }

    /** Adds the content of a directory in its inode. */
    public void add(long inode, byte[] bytes) {
      add(inode, bytes.length, content.size(), 0);
      IntBuffer words = ByteBuffer.wrap(Arrays.copyOf(bytes, padded(bytes.length))).asIntBuffer();
      while (words.hasRemaining()) {
        content.add(words.get());
      }
    }

    private static int padded(int length) {
      return (length + Integer.BYTES - 1) & -Integer.BYTES;
    }

    private void add(long inode, int logicalOrLength, long place, int blockCount) {
      numbers.add((int) inode);
      numbers.add(logicalOrLength);
      numbers.add((int) place);
      numbers.add((int) (place >>> Integer.SIZE));
      numbers.add(blockCount);
    }

    /** Returns the number of runs so far. A directory in its inode counts as one run. */
    public long count() {
      return numbers.size() / NUMBERS;
    }

    /** Drops the runs at index {@code count} and later. */
    public void truncate(long count) {
      numbers.truncate(count * NUMBERS);
    }

    private boolean isInInode(long index) {
      return numbers.get(index * NUMBERS + 4) == 0;
    }

    private long place(long index) {
      return (numbers.get(index * NUMBERS + 2) & 0xFFFFFFFFL)
          | (long) numbers.get(index * NUMBERS + 3) << Integer.SIZE;
    }

    private DirectoryRun run(long index) {
      int[] run = new int[NUMBERS];
      numbers.copy(index * NUMBERS, run, NUMBERS);
      long inode = run[0] & 0xFFFFFFFFL;
      long place = (run[2] & 0xFFFFFFFFL) | (long) run[3] << Integer.SIZE;
      return run[4] == 0
          ? DirectoryRun.inInode(inode, content(place, run[1]))
          : DirectoryRun.ofBlocks(inode, run[1] & 0xFFFFFFFFL, place, run[4]);
    }

    private byte[] content(long from, int length) {
      int[] words = new int[padded(length) / Integer.BYTES];
      content.copy(from, words, words.length);
      ByteBuffer bytes = ByteBuffer.allocate(padded(length));
      bytes.asIntBuffer().put(words);
      return Arrays.copyOf(bytes.array(), length);
    }
  }

  private DirectoryRuns(Memory memory, List<Found> parts) {
    this.parts = parts;
    this.firstOfPart = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      firstOfPart[i + 1] = firstOfPart[i] + parts.get(i).count();
    }
    this.order = Ints.zeros(memory, firstOfPart[parts.size()]);
  }

  /** Sorts the runs of all threads: first into block groups, then within each group. */
  static DirectoryRuns of(FsckState state, List<Found> parts) {
    Geometry geometry = state.image().geometry();
    DirectoryRuns all = new DirectoryRuns(state.memory(), parts);
    int[] ends = new int[geometry.groupCount() + 2];
    for (long id = 0; id < all.count(); id++) {
      ends[all.bucket(geometry, id) + 1]++;
    }
    for (int i = 1; i < ends.length; i++) {
      ends[i] += ends[i - 1];
    }
    for (long id = 0; id < all.count(); id++) {
      all.order.set(ends[all.bucket(geometry, id)]++, (int) id);
    }
    for (int i = 1; i + 1 < ends.length; i++) {
      all.sort(geometry.groupStart(i - 1), ends[i - 1], ends[i]);
    }
    return all;
  }

  /** Returns 0 for a directory in its inode, otherwise the number of the block group plus 1. */
  private int bucket(Geometry geometry, long id) {
    int part = partOf(id);
    long index = id - firstOfPart[part];
    Found found = parts.get(part);
    return found.isInInode(index) ? 0 : 1 + geometry.groupOf(found.place(index));
  }

  private void sort(long groupStart, int from, int end) {
    if (end - from < 2) {
      return;
    }
    long[] keys = new long[end - from];
    for (int i = from; i < end; i++) {
      int id = order.get(i);
      int part = partOf(id);
      keys[i - from] = (parts.get(part).place(id - firstOfPart[part]) - groupStart) << 32 | id;
    }
    Arrays.sort(keys);
    for (int i = from; i < end; i++) {
      order.set(i, (int) keys[i - from]);
    }
  }

  private int partOf(long id) {
    int part = 0;
    while (id >= firstOfPart[part + 1]) {
      part++;
    }
    return part;
  }

  long count() {
    return order.size();
  }

  /**
   * Returns the run at an index. Runs are sorted by physical block; directories in inodes come
   * first.
   */
  DirectoryRun run(long index) {
    int id = order.get(index);
    int part = partOf(id);
    return parts.get(part).run(id - firstOfPart[part]);
  }
}
