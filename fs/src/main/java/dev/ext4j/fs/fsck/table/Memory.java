package dev.ext4j.fs.fsck.table;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory for the tables of a check: a limited number of bytes of the heap, called the budget.
 * Tables that do not fit are in a memory-mapped temporary file. Access to the file is slower, but
 * its pages need not stay in memory. Any number of threads may request memory.
 */
public final class Memory implements Closeable {
  private static final int FIRST_WINDOW = 1 << 20;
  private static final int LARGEST_WINDOW = 1 << 26;
  private static final int FILL_BYTES = 1 << 18;

  private final AtomicLong left;
  private @Nullable FileChannel file;
  private @Nullable ByteBuffer window;
  private long mapped;

  /** Creates a memory with a budget in bytes. */
  public Memory(long budget) {
    this.left = new AtomicLong(budget);
  }

  /**
   * Takes bytes from the budget.
   *
   * @return false if the budget has fewer bytes left
   */
  public boolean take(long bytes) {
    while (true) {
      long there = left.get();
      if (there < bytes) {
        return false;
      }
      if (left.compareAndSet(there, there - bytes)) {
        return true;
      }
    }
  }

  /** Releases bytes of the budget, so that {@link #take} can take them again. */
  public void give(long bytes) {
    left.addAndGet(bytes);
  }

  /**
   * Returns a little-endian buffer of zeros in the temporary file.
   *
   * @throws UncheckedIOException if the file cannot be created or enlarged
   */
  public synchronized ByteBuffer inFile(int bytes) {
    ByteBuffer from = window;
    if (from == null || from.remaining() < bytes) {
      try {
        FileChannel channel = file == null ? open() : file;
        file = channel;
        // Each window is as large as all windows before it together, between two limits.
        long wanted = Math.min(LARGEST_WINDOW, Math.max(FIRST_WINDOW, mapped));
        int size = (int) Math.max(wanted, bytes);
        fill(channel, mapped, size);
        from = channel.map(FileChannel.MapMode.READ_WRITE, mapped, size);
        mapped += size;
      } catch (IOException e) {
        throw new UncheckedIOException(
            new IOException("the temporary file for tables of the check: " + e.getMessage(), e));
      }
      window = from;
    }
    int end = from.position() + bytes;
    ByteBuffer slice = from.slice(from.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    from.position(end);
    return slice;
  }

  /**
   * Allocates the disk space of a window before it is used. Without this allocation, a write
   * through the mapping to a hole of the file would be a fatal error if the disk is full.
   */
  private static void fill(FileChannel channel, long from, int size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(FILL_BYTES);
    for (long at = from; at < from + size; ) {
      zeros.clear().limit((int) Math.min(FILL_BYTES, from + size - at));
      at += channel.write(zeros, at);
    }
  }

  /**
   * Opens the temporary file and deletes its name at once, so that no other process can open it
   * later.
   */
  private static FileChannel open() throws IOException {
    Path path = Files.createTempFile("ext4j-fsck", null);
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  /** Returns the size of the file in bytes, unused space included. */
  synchronized long bytesInFile() {
    return mapped;
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
