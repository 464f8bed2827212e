package dev.ext4j.testimages;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A regular file on a kernel mount, with the operations on its blocks. The first write, truncation
 * or allocation creates it. An operation that the kernel refuses throws a {@link KernelRefusal}.
 */
public final class KernelFile {
  private final Path path;
  private final int blockSize;

  KernelFile(Path path, int blockSize) {
    this.path = path;
    this.blockSize = blockSize;
  }

  /** Returns its path below the mount. */
  public Path path() {
    return path;
  }

  /** Returns the block size of its file system in bytes. */
  public int blockSize() {
    return blockSize;
  }

  /** Writes {@code content} at {@code byteOffset}. */
  public void write(long byteOffset, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      writeFully(channel, byteOffset, ByteBuffer.wrap(content));
    } catch (IOException e) {
      throw KernelRefusal.of("write", path, e);
    }
  }

  /** Writes {@code block} at the start of every {@code step}th block, {@code count} times. */
  public void writeEvery(int step, int count, byte[] block) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long i = 0; i < count; i++) {
        writeFully(channel, i * step * blockSize, ByteBuffer.wrap(block));
      }
    } catch (IOException e) {
      throw KernelRefusal.of("write", path, e);
    }
  }

  /** Returns the whole content. */
  public byte[] read() throws IOException {
    return Files.readAllBytes(path);
  }

  /** Sets the size, which may grow or shrink. */
  public void truncate(long byteSize) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(byteSize);
    } catch (IOException e) {
      throw KernelRefusal.of("truncate", path, e);
    }
  }

  /** Frees the blocks of a range and zeroes the partial blocks at its edges. */
  public void punch(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--punch-hole");
  }

  /** Makes a range read as zeros and allocates it. The file may grow. */
  public void zero(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--zero-range");
  }

  /** Same as {@link #zero}, but keeps the size. */
  public void zeroKeepingSize(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--zero-range", "--keep-size");
  }

  /** Allocates a range. The file may grow. */
  public void allocate(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount);
  }

  /** Same as {@link #allocate}, but keeps the size. */
  public void allocateKeepingSize(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--keep-size");
  }

  /** Removes a range from the file, and moves the content after the range down. */
  public void collapse(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--collapse-range");
  }

  /**
   * Moves the content that starts at {@code byteOffset} up, and leaves a hole in its former
   * position.
   */
  public void insert(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--insert-range");
  }

  /** Makes its data and metadata durable. */
  public void fsync() throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Returns the map from the kernel, after the data was written back. */
  public List<KernelExtent> extents() throws IOException {
    return FiemapReader.read(path, blockSize);
  }

  /** Returns the inode's fields from the kernel. */
  public KernelStat stat() throws IOException {
    return KernelStat.of(path);
  }

  private void fallocate(long byteOffset, long byteCount, String... mode) throws IOException {
    List<String> words = new ArrayList<>(List.of(mode));
    words.addAll(List.of("--offset", Long.toString(byteOffset)));
    words.addAll(List.of("--length", Long.toString(byteCount), path.toString()));
    ToolResult result = ExternalTool.named("fallocate").run(words);
    if (result.exitCode() != 0) {
      throw KernelRefusal.of("fallocate " + String.join(" ", mode), path, result.stderr());
    }
  }

  private static void writeFully(FileChannel channel, long byteOffset, ByteBuffer content)
      throws IOException {
    long position = byteOffset;
    while (content.hasRemaining()) {
      position += channel.write(content, position);
    }
  }
}
