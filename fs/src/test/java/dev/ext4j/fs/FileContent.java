package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.inspect.Holes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bytes of a file, for each of its mapped blocks. Blocks that are not mapped or are unwritten
 * count as zeros.
 */
public final class FileContent {
  private final long size;
  private final int blockSize;
  private final Map<Long, byte[]> blocks = new TreeMap<>();

  private FileContent(long size, int blockSize) {
    this.size = size;
    this.blockSize = blockSize;
  }

  /** Reads a file of an image. */
  public static FileContent of(BlockDevice disk, String path) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      Ext4File file = fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
      int blockSize = fs.info().blockSize();
      FileContent content = new FileContent(file.stat().size(), blockSize);
      List<BlockRange> runs = new ArrayList<>();
      file.inspect()
          .map(
              Holes.OMITTED,
              (logicalBlock, physicalBlock, blockCount, state) ->
                  runs.add(new BlockRange(logicalBlock, blockCount)));
      for (BlockRange run : runs) {
        content.read(file, run);
      }
      return content;
    }
  }

  private void read(Ext4File file, BlockRange run) throws IOException {
    for (long block = run.start(); block < run.end(); block++) {
      ByteBuffer bytes = ByteBuffer.allocate(blockSize);
      if (file.read(block * blockSize, bytes) > 0 && !isZero(bytes.array())) {
        blocks.put(block, bytes.array());
      }
    }
  }

  /** Returns the size of the file in bytes. */
  public long size() {
    return size;
  }

  /** Returns the byte at an offset. */
  public byte at(long byteOffset) {
    byte[] block = blocks.get(byteOffset / blockSize);
    return block == null ? 0 : block[(int) (byteOffset % blockSize)];
  }

  /** Fails unless all bytes of {@code [byteOffset, byteEnd)} are zero. */
  public void requireZero(long byteOffset, long byteEnd, String what) {
    for (Map.Entry<Long, byte[]> entry : blocks.entrySet()) {
      long start = entry.getKey() * blockSize;
      byte[] block = entry.getValue();
      for (int i = 0; i < blockSize; i++) {
        if (block[i] != 0 && start + i >= byteOffset && start + i < byteEnd) {
          throw new AssertionError(what + ": byte " + (start + i) + " is not zero");
        }
      }
    }
  }

  /**
   * Fails unless this equals {@code expected} outside {@code [byteOffset, byteEnd)}. Inside, each
   * byte must be that of {@code expected} or zero.
   */
  public void requireSameBut(FileContent expected, long byteOffset, long byteEnd, String what) {
    TreeSet<Long> all = new TreeSet<>(blocks.keySet());
    all.addAll(expected.blocks.keySet());
    byte[] zeros = new byte[blockSize];
    for (long number : all) {
      byte[] block = blocks.getOrDefault(number, zeros);
      byte[] before = expected.blocks.getOrDefault(number, zeros);
      if (Arrays.equals(block, before)) {
        continue;
      }
      for (int i = 0; i < blockSize; i++) {
        long at = number * blockSize + i;
        boolean inside = at >= byteOffset && at < byteEnd;
        if (block[i] != before[i] && !(inside && block[i] == 0)) {
          throw new AssertionError(
              what + ": byte " + at + " is " + block[i] + ", was " + before[i]);
        }
      }
    }
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }
}
