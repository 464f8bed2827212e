package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A sparse file that takes the content of one crashed file system after another. For the next
 * content only the pages that differ are written, unless a judge has changed the file in the
 * meantime. Only one thread may use this object.
 */
final class JudgedImage implements Closeable {
  private static final int CHUNK = 1 << 16;

  private final Path path;
  private final Window window;
  private final BlockDevice base;
  private final BitSet dataChunks;
  private final FileChannel file;
  private Set<Long> stale = new HashSet<>();
  private boolean allStale = true;

  /**
   * Creates a file for images over {@code base}. {@code dataChunks} are the chunks of the base that
   * are not all zeros.
   */
  JudgedImage(Path path, Window window, BlockDevice base, BitSet dataChunks) throws IOException {
    this.path = path;
    this.window = window;
    this.base = base;
    this.dataChunks = dataChunks;
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Returns the chunks of the window that hold bytes other than zero. All other chunks become holes
   * of the file.
   */
  static BitSet dataChunks(Window window, BlockDevice base) throws IOException {
    BitSet chunks = new BitSet();
    ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    int index = 0;
    for (long at = 0; at < window.byteCount(); at += CHUNK) {
      chunk.clear().limit((int) Math.min(CHUNK, window.byteCount() - at));
      base.readFully(window.startByte() + at, chunk);
      chunks.set(index++, chunk.flip().mismatch(zeros.clear().limit(chunk.limit())) >= 0);
    }
    return chunks;
  }

  Path path() {
    return path;
  }

  /** Records that pages of the disk have changed for all later images. */
  void outdate(Set<Long> pages) {
    stale.addAll(pages);
  }

  /** Records that the content of the file is no longer known. */
  void outdate() {
    allStale = true;
  }

  /**
   * Writes the content of a state into the file.
   *
   * @param durablePages the pages that may differ from the base at the start of the state's epoch
   */
  void become(CrashDisk.State state, Set<Long> durablePages) throws IOException {
    if (allStale) {
      file.truncate(0);
      writeBase();
      stale.addAll(durablePages);
      allStale = false;
    }
    Set<Long> pages = new HashSet<>(stale);
    pages.addAll(state.pages());
    ByteBuffer buffer = ByteBuffer.allocate(DiskPages.PAGE_SIZE);
    long end = window.startByte() + window.byteCount();
    for (long page : pages) {
      long from = Math.max(window.startByte(), page * DiskPages.PAGE_SIZE);
      long to = Math.min(end, (page + 1) * DiskPages.PAGE_SIZE);
      if (from < to) {
        buffer.clear().limit((int) (to - from));
        state.content().disk().readFully(from, buffer);
        write(from - window.startByte(), buffer.flip());
      }
    }
    stale = new HashSet<>(state.pages());
  }

  /** Creates a file with the content of a state. The file is kept after the sweep. */
  static void save(
      Path path,
      Window window,
      BlockDevice base,
      BitSet dataChunks,
      CrashDisk.State state,
      Set<Long> durablePages)
      throws IOException {
    JudgedImage image = new JudgedImage(path, window, base, dataChunks);
    try (FileChannel closed = image.file) {
      image.become(state, durablePages);
    }
  }

  private void writeBase() throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (int i = dataChunks.nextSetBit(0); i >= 0; i = dataChunks.nextSetBit(i + 1)) {
      long at = (long) i * CHUNK;
      chunk.clear().limit((int) Math.min(CHUNK, window.byteCount() - at));
      base.readFully(window.startByte() + at, chunk);
      write(at, chunk.flip());
    }
    if (file.size() < window.byteCount()) {
      write(window.byteCount() - 1, ByteBuffer.allocate(1));
    }
  }

  private void write(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      Files.deleteIfExists(path);
    }
  }
}
