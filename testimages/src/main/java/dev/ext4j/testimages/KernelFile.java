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
 * A regular file on a kernel mount and all that a file can be asked to do to its blocks. Created by
 * the first write, truncation or allocation. What the kernel refuses is a {@link KernelRefusal}.
 */
public final class KernelFile {
  private final Path path;
  private final int blockSize;

  KernelFile(Path path, int blockSize) {
    this.path = path;
    this.blockSize = blockSize;
  }

  /** Where it is below the mount. */
  public Path path() {
    return path;
  }

  /** Bytes a block of its file system. */
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

  /** All of its content. */
  public byte[] read() throws IOException {
    return Files.readAllBytes(path);
  }

  /** Sets its size, either way. */
  public void truncate(long byteSize) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(byteSize);
    } catch (IOException e) {
      throw KernelRefusal.of("truncate", path, e);
    }
  }

  /** Frees the blocks of a range and zeroes its edges. */
  public void punch(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--punch-hole");
  }

  /** Makes a range read as zeros and allocates it; the file may grow. */
  public void zero(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--zero-range");
  }

  /** As {@link #zero}, but the size stays. */
  public void zeroKeepingSize(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--zero-range", "--keep-size");
  }

  /** Allocates a range; the file may grow. */
  public void allocate(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount);
  }

  /** As {@link #allocate}, but the size stays. */
  public void allocateKeepingSize(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--keep-size");
  }

  /** Takes a range out of the file and moves what follows it down. */
  public void collapse(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--collapse-range");
  }

  /** Moves what follows {@code byteOffset} up and leaves a hole there. */
  public void insert(long byteOffset, long byteCount) throws IOException {
    fallocate(byteOffset, byteCount, "--insert-range");
  }

  /** Makes its data and metadata durable. */
  public void fsync() throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Its map as the kernel tells it, after its data was written back. */
  public List<KernelExtent> extents() throws IOException {
    return FiemapReader.read(path, blockSize);
  }

  /** Its inode as the kernel tells it. */
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
