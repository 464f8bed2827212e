package dev.ext4j.fs.status;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Disjoint runs of logical blocks in their order, with 24 bytes for each run. The runs are in
 * arrays of up to {@link #ROOM} runs. An array is small at first. A separate array has the first
 * block of each of these arrays. A look-up is two binary searches in contiguous memory. An
 * insertion moves the runs of at most one array, and seldom changes the number of arrays.
 *
 * <p>The table is not synchronised. Several readers may look runs up at the same time, because they
 * change only the marks of referenced runs. A lost mark does no harm.
 *
 * <p>A position consists of the number of an array and the number of a run in it. It is valid until
 * the next change.
 */
final class RunTable {
  /** The value that means that there is no position. */
  static final long NONE = -1;

  private static final int ROOM = 128;
  private static final int SMALLEST = 4;
  private static final int STATE_BITS = 2;
  private static final long STATE_MASK = (1 << STATE_BITS) - 1;
  private static final long REFERENCED = 1 << STATE_BITS;
  private static final int PHYSICAL_SHIFT = STATE_BITS + 1;
  private static final State[] STATES = {State.WRITTEN, State.UNWRITTEN, State.HOLE, State.DELAYED};

  private final List<Chunk> chunks = new ArrayList<>();
  private long[] firsts = new long[1];
  private int size;
  private int room;

  private static final class Chunk {
    private long[] first;
    private long[] count;
    private long[] value;
    private int size;

    Chunk(int room) {
      first = new long[room];
      count = new long[room];
      value = new long[room];
    }

    int room() {
      return first.length;
    }

    void resize(int room) {
      first = Arrays.copyOf(first, room);
      count = Arrays.copyOf(count, room);
      value = Arrays.copyOf(value, room);
    }

    void move(int from, int to) {
      int moved = size - from;
      System.arraycopy(first, from, first, to, moved);
      System.arraycopy(count, from, count, to, moved);
      System.arraycopy(value, from, value, to, moved);
    }
  }

  /** Returns the number of runs. */
  int size() {
    return size;
  }

  /** Returns the number of runs for which the arrays have room. */
  int room() {
    return room;
  }

  void clear() {
    chunks.clear();
    size = 0;
    room = 0;
  }

  private static long position(int chunk, int run) {
    return (long) chunk << 32 | run;
  }

  private Chunk chunk(long position) {
    return chunks.get((int) (position >>> 32));
  }

  /**
   * Returns the position of the last run that begins at or before a block, or {@link #NONE} if
   * there is none.
   */
  long atOrBefore(long block) {
    int chunk = last(firsts, chunks.size(), block);
    if (chunk < 0) {
      return NONE;
    }
    Chunk in = chunks.get(chunk);
    return position(chunk, last(in.first, in.size, block));
  }

  /** Returns the last index whose value is at most {@code number}, or -1 if there is none. */
  private static int last(long[] numbers, int count, long number) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (numbers[middle] <= number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /**
   * Returns the position of the first run that ends after a block, or {@link #NONE} if there is
   * none.
   */
  long endingBehind(long block) {
    long position = atOrBefore(block);
    if (position == NONE) {
      return first();
    }
    return end(position) > block ? position : next(position);
  }

  /** Returns the position of the first run, or {@link #NONE} if there is none. */
  long first() {
    return size == 0 ? NONE : 0;
  }

  /** Returns the position of the run after another one, or {@link #NONE} if there is none. */
  long next(long position) {
    int chunk = (int) (position >>> 32);
    int run = (int) position + 1;
    if (run < chunks.get(chunk).size) {
      return position(chunk, run);
    }
    return chunk + 1 < chunks.size() ? position(chunk + 1, 0) : NONE;
  }

  /** Returns the first block of a run. */
  long start(long position) {
    return chunk(position).first[(int) position];
  }

  /** Returns the block after a run. */
  long end(long position) {
    Chunk in = chunk(position);
    return in.first[(int) position] + in.count[(int) position];
  }

  State state(long position) {
    return STATES[(int) (chunk(position).value[(int) position] & STATE_MASK)];
  }

  /** Returns the run at a position. */
  Mapping run(long position) {
    Chunk in = chunk(position);
    int run = (int) position;
    long value = in.value[run];
    return new Mapping(
        in.first[run], value >>> PHYSICAL_SHIFT, in.count[run], STATES[(int) (value & STATE_MASK)]);
  }

  boolean isReferenced(long position) {
    return (chunk(position).value[(int) position] & REFERENCED) != 0;
  }

  /** Marks a run as looked up, or removes the mark. */
  void setReferenced(long position, boolean referenced) {
    long[] value = chunk(position).value;
    int run = (int) position;
    long old = value[run];
    long now = referenced ? old | REFERENCED : old & ~REFERENCED;
    if (now != old) {
      value[run] = now;
    }
  }

  /**
   * Adds a run whose blocks are in no other run, and joins it with adjacent runs that continue it.
   */
  void add(Mapping run) {
    long before = atOrBefore(run.logicalBlock());
    boolean joinsLeft = before != NONE && continues(before, run);
    long behind = before == NONE ? first() : next(before);
    boolean joinsRight = behind != NONE && continuedBy(run, behind);
    boolean referenced =
        (joinsLeft && isReferenced(before)) || (joinsRight && isReferenced(behind));
    if (joinsLeft && joinsRight) {
      setCount(before, end(behind) - start(before));
      delete(behind);
    } else if (joinsLeft) {
      setCount(before, run.logicalEnd() - start(before));
    } else if (joinsRight) {
      replace(behind, run, end(behind) - run.logicalBlock(), referenced);
      return;
    } else {
      insertBehind(before, run);
      return;
    }
    setReferenced(before, referenced);
  }

  private boolean continues(long left, Mapping run) {
    return state(left) == run.state()
        && end(left) == run.logicalBlock()
        && (!run.isAllocated()
            || physical(left) + (end(left) - start(left)) == run.physicalBlock());
  }

  private boolean continuedBy(Mapping run, long right) {
    return state(right) == run.state()
        && run.logicalEnd() == start(right)
        && (!run.isAllocated() || run.physicalBlock() + run.blockCount() == physical(right));
  }

  private long physical(long position) {
    return chunk(position).value[(int) position] >>> PHYSICAL_SHIFT;
  }

  private static long value(Mapping run, boolean referenced) {
    long physical = run.isAllocated() ? run.physicalBlock() : 0;
    int state =
        switch (run.state()) {
          case WRITTEN -> 0;
          case UNWRITTEN -> 1;
          case HOLE -> 2;
          case DELAYED -> 3;
          case INLINE -> throw new IllegalArgumentException("no blocks: " + run);
        };
    return physical << PHYSICAL_SHIFT | (referenced ? REFERENCED : 0) | state;
  }

  private void setCount(long position, long count) {
    chunk(position).count[(int) position] = count;
  }

  private void replace(long position, Mapping run, long count, boolean referenced) {
    Chunk in = chunk(position);
    int at = (int) position;
    in.first[at] = run.logicalBlock();
    in.count[at] = count;
    in.value[at] = value(run, referenced);
    if (at == 0) {
      firsts[(int) (position >>> 32)] = run.logicalBlock();
    }
  }

  private void insertBehind(long before, Mapping run) {
    int chunk = before == NONE ? 0 : (int) (before >>> 32);
    int at = before == NONE ? 0 : (int) before + 1;
    if (chunks.isEmpty()) {
      addChunk(0, new Chunk(SMALLEST));
    }
    Chunk in = chunks.get(chunk);
    if (in.size == ROOM) {
      // A run after the last one of a full array begins a new array, so that runs added in order
      // fill their arrays.
      int kept = at == ROOM ? ROOM : ROOM / 2;
      Chunk right = new Chunk(ROOM);
      right.size = ROOM - kept;
      System.arraycopy(in.first, kept, right.first, 0, right.size);
      System.arraycopy(in.count, kept, right.count, 0, right.size);
      System.arraycopy(in.value, kept, right.value, 0, right.size);
      in.size = kept;
      addChunk(chunk + 1, right);
      if (at >= kept) {
        chunk++;
        at -= kept;
        in = right;
      }
    }
    if (in.size == in.room()) {
      resize(in, 2 * in.room());
    }
    in.move(at, at + 1);
    in.size++;
    size++;
    replace(position(chunk, at), run, run.blockCount(), false);
  }

  private void resize(Chunk chunk, int newRoom) {
    room += newRoom - chunk.room();
    chunk.resize(newRoom);
  }

  private void addChunk(int at, Chunk chunk) {
    room += chunk.room();
    int count = chunks.size();
    if (count == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * count);
    }
    System.arraycopy(firsts, at, firsts, at + 1, count - at);
    chunks.add(at, chunk);
    firsts[at] = chunk.size == 0 ? 0 : chunk.first[0];
  }

  private void removeChunks(int from, int to) {
    System.arraycopy(firsts, to, firsts, from, chunks.size() - to);
    for (Chunk gone : chunks.subList(from, to)) {
      room -= gone.room();
    }
    chunks.subList(from, to).clear();
  }

  /** Deletes a run. Lower positions stay valid. */
  void delete(long position) {
    deleteInChunk((int) (position >>> 32), (int) position, (int) position + 1);
  }

  private void deleteInChunk(int chunk, int from, int to) {
    Chunk in = chunks.get(chunk);
    in.move(to, from);
    in.size -= to - from;
    size -= to - from;
    if (in.size == 0) {
      removeChunks(chunk, chunk + 1);
      return;
    }
    if (from == 0) {
      firsts[chunk] = in.first[0];
    }
    int kept = in.room();
    while (in.size < kept / 4 && kept > SMALLEST) {
      kept /= 2;
    }
    if (kept < in.room()) {
      resize(in, kept);
    }
  }

  /**
   * Removes the blocks of {@code [first, end)}. A run that lies partly outside the range keeps its
   * blocks outside the range.
   */
  void remove(long first, long end) {
    long position = endingBehind(first);
    if (position == NONE || start(position) >= end) {
      return;
    }
    if (start(position) < first) {
      Mapping run = run(position);
      boolean referenced = isReferenced(position);
      setCount(position, first - run.logicalBlock());
      if (run.logicalEnd() > end) {
        insertBehind(position, run.from(end, Long.MAX_VALUE));
        setReferenced(atOrBefore(end), referenced);
        return;
      }
      position = next(position);
    }
    if (position == NONE) {
      return;
    }
    long behind = endingBehind(end); // the run there keeps a part or all of its blocks
    removeWhole(position, behind);
    long rest = endingBehind(first);
    if (rest != NONE && start(rest) < end) {
      Mapping cut = run(rest).from(end, Long.MAX_VALUE);
      replace(rest, cut, cut.blockCount(), isReferenced(rest));
    }
  }

  /**
   * Removes the runs from one position up to another, which is not removed. {@link #NONE} as the
   * second position means the end of the table.
   */
  private void removeWhole(long from, long to) {
    int firstChunk = (int) (from >>> 32);
    int firstRun = (int) from;
    int lastChunk = to == NONE ? chunks.size() : (int) (to >>> 32);
    int lastRun = to == NONE ? 0 : (int) to;
    if (firstChunk == lastChunk) {
      if (lastRun > firstRun) {
        deleteInChunk(firstChunk, firstRun, lastRun);
      }
      return;
    }
    if (to != NONE && lastRun > 0) {
      deleteInChunk(lastChunk, 0, lastRun);
    }
    int keepFirst = firstRun > 0 ? firstChunk + 1 : firstChunk;
    for (int i = keepFirst; i < lastChunk; i++) {
      size -= chunks.get(i).size;
    }
    removeChunks(keepFirst, lastChunk);
    if (firstRun > 0) {
      deleteInChunk(firstChunk, firstRun, chunks.get(firstChunk).size);
    }
  }
}
