package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file that records the writes to a disk, in their order. Memory holds only an index of 25 bytes
 * per entry and no data. The file begins with the 8 bytes {@code X4WLOG01}. Then records of 24
 * bytes follow, in little endian: type (32 bits), n (32 bits), byte offset (64 bits), byte count
 * (64 bits). Each record is followed by n bytes of data.
 *
 * <p>A write is added to the log before it reaches the disk. A flush is added after the disk has
 * finished it. Any number of threads may read entries once all of them are written.
 */
public final class WriteLog implements Closeable {
  private static final byte[] MAGIC = "X4WLOG01".getBytes(StandardCharsets.US_ASCII);
  private static final int RECORD_SIZE = 24;
  private static final int CHUNK = 1 << 16;
  private static final int FIRST_CAPACITY = 256;

  /** The type of an entry. The numbers are those of the file. */
  public enum Type {
    /** Bytes were written. */
    WRITE(1),
    /** All earlier changes became durable. */
    FLUSH(2),
    /** A range became zeros. */
    ZERO(3),
    /**
     * The command declared all earlier work durable. The data is a text that describes the
     * operations that the command declared durable.
     */
    MARK(5);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  private final FileChannel file;
  private byte[] types = new byte[FIRST_CAPACITY];
  private long[] byteOffsets = new long[FIRST_CAPACITY];
  private long[] byteCounts = new long[FIRST_CAPACITY];
  private long[] positions = new long[FIRST_CAPACITY];
  private int size;
  private long end;

  private WriteLog(FileChannel file) {
    this.file = file;
  }

  /** Creates a new log and overwrites the file. */
  public static WriteLog create(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    WriteLog log = new WriteLog(file);
    log.put(ByteBuffer.wrap(MAGIC));
    return log;
  }

  /**
   * Opens an existing log for reading.
   *
   * @throws IOException if the file is not a log, or is damaged or truncated
   */
  public static WriteLog read(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    WriteLog log = new WriteLog(file);
    try {
      log.index(path);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return log;
  }

  private void index(Path path) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(MAGIC.length);
    if (!fill(magic, 0) || !Arrays.equals(magic.array(), MAGIC)) {
      throw new IOException(path + ": is not a log of writes (X4WLOG01)");
    }
    ByteBuffer record = ByteBuffer.allocate(RECORD_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    long fileSize = file.size();
    end = MAGIC.length;
    while (end < fileSize) {
      if (!fill(record.clear(), end)) {
        throw new IOException(path + ": is cut off at byte " + end);
      }
      Type type = typeOf(record.getInt(0));
      long dataBytes = Integer.toUnsignedLong(record.getInt(4));
      long byteOffset = record.getLong(8);
      long byteCount = record.getLong(16);
      boolean sound =
          type != null
              && byteOffset >= 0
              && byteCount >= 0
              && dataBytes <= fileSize - end - RECORD_SIZE
              && (type != Type.WRITE || dataBytes == byteCount);
      if (type == null || !sound) {
        throw new IOException(
            path + ": the record at byte " + end + " is of a kind not known here, or damaged");
      }
      add(type, byteOffset, type == Type.MARK ? dataBytes : byteCount, end + RECORD_SIZE);
      end += RECORD_SIZE + dataBytes;
    }
  }

  private static @Nullable Type typeOf(int code) {
    return switch (code) {
      case 1 -> Type.WRITE;
      case 2 -> Type.FLUSH;
      case 3 -> Type.ZERO;
      case 5 -> Type.MARK;
      default -> null;
    };
  }

  /** Records a write of the remaining bytes of {@code data}, whose position stays unchanged. */
  public synchronized void write(long byteOffset, ByteBuffer data) throws IOException {
    append(Type.WRITE, byteOffset, data.remaining(), data.duplicate());
  }

  /** Records that a range is to become zeros. */
  public synchronized void zero(long byteOffset, long byteCount) throws IOException {
    append(Type.ZERO, byteOffset, byteCount, ByteBuffer.allocate(0));
  }

  /** Records a flush. */
  public synchronized void flush() throws IOException {
    append(Type.FLUSH, 0, 0, ByteBuffer.allocate(0));
  }

  /** Records that all earlier work is declared durable. */
  public synchronized void mark(String what) throws IOException {
    byte[] text = what.getBytes(StandardCharsets.UTF_8);
    append(Type.MARK, 0, text.length, ByteBuffer.wrap(text));
  }

  private void append(Type type, long byteOffset, long byteCount, ByteBuffer data)
      throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(type.code).putInt(data.remaining()).putLong(byteOffset).putLong(byteCount);
    add(type, byteOffset, byteCount, end + RECORD_SIZE);
    put(record.flip());
    put(data);
  }

  private void add(Type type, long byteOffset, long byteCount, long position) {
    if (size == types.length) {
      int capacity = Math.addExact(size, size);
      types = Arrays.copyOf(types, capacity);
      byteOffsets = Arrays.copyOf(byteOffsets, capacity);
      byteCounts = Arrays.copyOf(byteCounts, capacity);
      positions = Arrays.copyOf(positions, capacity);
    }
    types[size] = (byte) type.code;
    byteOffsets[size] = byteOffset;
    byteCounts[size] = byteCount;
    positions[size] = position;
    size++;
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      end += file.write(bytes, end);
    }
  }

  /** Returns the number of entries. */
  public int size() {
    return size;
  }

  /** Returns the type of an entry. */
  public Type type(int entry) {
    Type type = typeOf(types[entry]);
    if (type == null) {
      throw new AssertionError(entry);
    }
    return type;
  }

  /** Returns whether an entry changes bytes. A crash may keep or lose such a change. */
  public boolean isChange(int entry) {
    return type(entry) == Type.WRITE || type(entry) == Type.ZERO;
  }

  /** Returns the byte of the disk at which a change begins. */
  public long byteOffset(int entry) {
    return byteOffsets[entry];
  }

  /** Returns the number of bytes that an entry changes, 0 for a flush or a mark. */
  public long byteCount(int entry) {
    return isChange(entry) ? byteCounts[entry] : 0;
  }

  /** Returns the text of a mark. */
  public String text(int entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(byteCounts[entry], CHUNK));
    requireFilled(bytes, positions[entry]);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  /** Applies a change to {@code target}. */
  public void apply(int entry, BlockDevice target) throws IOException {
    apply(entry, 0, byteCounts[entry], target);
  }

  /**
   * Applies {@code byteCount} bytes of a change to {@code target}, starting at byte {@code
   * firstByte} of the change.
   */
  public void apply(int entry, long firstByte, long byteCount, BlockDevice target)
      throws IOException {
    if (type(entry) == Type.ZERO) {
      target.discard(byteOffsets[entry] + firstByte, byteCount);
      return;
    }
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(byteCount, CHUNK));
    for (long done = 0; done < byteCount; done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(byteCount - done, CHUNK));
      requireFilled(chunk, positions[entry] + firstByte + done);
      target.writeFully(byteOffsets[entry] + firstByte + done, chunk.flip());
    }
  }

  private void requireFilled(ByteBuffer target, long position) throws IOException {
    if (!fill(target, position)) {
      throw new IOException("the log of writes has lost its end");
    }
  }

  private boolean fill(ByteBuffer target, long position) throws IOException {
    while (target.hasRemaining()) {
      int count = file.read(target, position + target.position());
      if (count < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
