package dev.ext4j.cli.edit;

import dev.ext4j.blockdev.posix.HostFile;
import dev.ext4j.cli.image.Pump;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A copy of content into a range of a file. Holes of the source become holes, if they are long
 * enough to be worth an operation of their own.
 */
final class ContentCopy {
  /** The length in bytes from which a hole of the source is not written as zeros. */
  private static final long SHORTEST_HOLE = 64 << 10;

  private final Ext4File file;
  private final long start;
  private final long size;
  private final ProgressListener progress;
  private long at;

  /** A source of content. */
  @FunctionalInterface
  interface Source {
    /** Reads as read(2) does: returns the number of bytes read, or -1 at the end. */
    int read(ByteBuffer target) throws IOException;
  }

  /**
   * Creates a copy.
   *
   * @param start the offset in the file at which the content begins, in bytes
   * @param size the number of expected bytes; 0 if it is not known
   */
  ContentCopy(Ext4File file, long start, long size, ProgressListener progress) {
    this.file = file;
    this.start = start;
    this.size = size;
    this.progress = progress;
    this.at = start;
  }

  /** Copies the content of a host file with its holes. */
  void copy(HostFile host) throws IOException {
    if (size == 0) {
      requireWritable();
    }
    long from = dataAt(host, 0);
    skip(0, from);
    for (long end = holeAt(host, from); end < size; end = holeAt(host, from)) {
      host.position(from);
      pump(host::read, end - from);
      from = dataAt(host, end);
      skip(end, from);
    }
    if (size > 0) {
      host.position(from);
    }
    // The last piece ends where its reads end: the file may have grown, or be a device or a pipe.
    pump(host::read, 0);
    boolean endsInHole = from == size || at < start + size;
    long end = Math.max(at, start + size);
    if (at > start && endsInHole && file.stat().size() < end) {
      file.truncate(end, ProgressListener.NONE);
    }
  }

  /** Copies content until the source ends. */
  void copy(Source source) throws IOException {
    requireWritable();
    pump(source, 0);
  }

  /** Fails as a write would, even if there is no content. */
  private void requireWritable() throws IOException {
    file.writeDirect(start, ByteBuffer.allocate(0));
  }

  /** Returns the end of a hole at {@code from} that is long enough, else {@code from}. */
  private long dataAt(HostFile host, long from) throws IOException {
    if (size - from < SHORTEST_HOLE) {
      return from;
    }
    long data = host.nextData(from);
    return data - from >= SHORTEST_HOLE ? data : from;
  }

  /** Returns the start of the next hole after {@code data} that is long enough, or the end. */
  private long holeAt(HostFile host, long data) throws IOException {
    if (size - data < SHORTEST_HOLE) {
      return size;
    }
    long hole = host.nextHole(data);
    while (hole < size) {
      long next = host.nextData(hole);
      if (next - hole >= SHORTEST_HOLE) {
        return hole;
      }
      hole = host.nextHole(next);
    }
    return size;
  }

  /** Makes a range of the source a hole of the file. */
  private void skip(long from, long to) throws IOException {
    long end = Math.min(start + to, file.stat().size());
    if (from < to && start + from < end) {
      file.punch(start + from, end - start - from, ProgressListener.NONE);
    }
    at = start + to;
  }

  private void pump(Source source, long byteCount) throws IOException {
    long end = byteCount == 0 ? Long.MAX_VALUE : at + byteCount;
    Fill fill = new Fill(source, byteCount == 0 ? Long.MAX_VALUE : byteCount);
    Pump.run(fill, this::write, at, byteCount == 0 ? size : byteCount);
    if (byteCount != 0 && at < end) {
      at = end; // the source has become shorter meanwhile
    }
  }

  /** The part of a source up to a number of bytes. */
  private static final class Fill implements Pump.Source {
    private final Source source;
    private long left;

    Fill(Source source, long left) {
      this.source = source;
      this.left = left;
    }

    @Override
    public boolean fill(ByteBuffer buffer) throws IOException {
      int limit = buffer.limit();
      buffer.limit(buffer.position() + (int) Math.min(buffer.remaining(), left));
      while (buffer.hasRemaining()) {
        int count = source.read(buffer);
        if (count < 0) {
          return false;
        }
        left -= count;
      }
      buffer.limit(limit);
      return left > 0;
    }
  }

  private void write(ByteBuffer content) throws IOException {
    int count = content.remaining();
    try {
      file.writeDirect(at, content);
    } catch (Ext4Exception e) {
      if (at == start) {
        throw e;
      }
      String of = size == 0 ? "" : " of " + size;
      throw new PartialOperationException((at - start) + of + " bytes were written", e);
    }
    at += count;
    progress.progress(at - start, Math.max(size, at - start));
  }
}
