package dev.ext4j.fs.fsck.table;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A table of ints that grows at its end, in {@link Memory}. Only one thread may add ints. Several
 * threads may set different ints at the same time. A thread must synchronize before it reads an int
 * that another thread has set.
 */
public final class Ints {
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int FIRST = 64;

  private final Memory memory;
  private Object[] chunks = {new int[FIRST]}; // int[], or ByteBuffer in the temporary file
  private long capacity = FIRST;
  private long size;

  /** Creates an empty table. */
  public Ints(Memory memory) {
    this.memory = memory;
  }

  /** Creates a table of zeros. */
  public static Ints zeros(Memory memory, long count) {
    Ints table = new Ints(memory);
    while (table.capacity < count) {
      table.grow();
    }
    table.size = count;
    return table;
  }

  /** Returns the number of ints. */
  public long size() {
    return size;
  }

  /** Returns the int at an index, which must be less than {@link #size}. */
  public int get(long index) {
    Object chunk = chunks[(int) (index >>> CHUNK_BITS)];
    int at = (int) index & (CHUNK - 1);
    return chunk instanceof int[] numbers
        ? numbers[at]
        : ((ByteBuffer) chunk).getInt(at * Integer.BYTES);
  }

  /** Copies ints, starting at an index, to the start of an array. */
  public void copy(long index, int[] target, int count) {
    for (int done = 0; done < count; ) {
      Object chunk = chunks[(int) ((index + done) >>> CHUNK_BITS)];
      int at = (int) (index + done) & (CHUNK - 1);
      int there = Math.min(count - done, CHUNK - at);
      if (chunk instanceof int[] numbers) {
        System.arraycopy(numbers, at, target, done, there);
      } else {
        ((ByteBuffer) chunk).asIntBuffer().get(at, target, done, there);
      }
      done += there;
    }
  }

  /** Replaces the int at an index, which must be less than {@link #size}. */
  public void set(long index, int number) {
    Object chunk = chunks[(int) (index >>> CHUNK_BITS)];
    int at = (int) index & (CHUNK - 1);
    if (chunk instanceof int[] numbers) {
      numbers[at] = number;
    } else {
      ((ByteBuffer) chunk).putInt(at * Integer.BYTES, number);
    }
  }

  /**
   * Adds an int at the end.
   *
   * @throws java.io.UncheckedIOException if the temporary file cannot be created or enlarged
   */
  public void add(int number) {
    if (size == capacity) {
      grow();
    }
    set(size++, number);
  }

  /** Drops the ints at index {@code newSize} and later. */
  public void truncate(long newSize) {
    size = newSize;
  }

  /** Enlarges the first chunk until it has the full size. After that, adds full chunks. */
  private void grow() {
    if (capacity < CHUNK) {
      int[] first = (int[]) chunks[0];
      chunks[0] = Arrays.copyOf(first, first.length * 4);
      capacity = first.length * 4L;
      return;
    }
    int count = (int) (capacity >>> CHUNK_BITS);
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * count);
    }
    chunks[count] =
        memory.take(CHUNK * Integer.BYTES) ? new int[CHUNK] : memory.inFile(CHUNK * Integer.BYTES);
    capacity += CHUNK;
  }
}
