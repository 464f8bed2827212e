package dev.ext4j.fs.file;

import dev.ext4j.testimages.RangeOperation;
import java.util.Arrays;

/** The content that a file should have after operations: an array of bytes as long as the file. */
public final class FileModel {
  private byte[] content = new byte[0];

  /** Returns the bytes. */
  public byte[] content() {
    return content;
  }

  /** Returns the number of bytes. */
  public int size() {
    return content.length;
  }

  /** Replaces all bytes. */
  public void reset(byte[] bytes) {
    content = bytes;
  }

  /** Changes the bytes as an operation changes a file. */
  public void apply(RangeOperation operation) {
    int at = Math.toIntExact(operation.byteOffset());
    int count = (int) Math.min(Integer.MAX_VALUE - at, operation.byteCount());
    switch (operation.kind()) {
      case PUNCH -> punch(at, count);
      case ZERO, ZERO_KEEPING_SIZE -> zero(at, count, keepsSize(operation));
      case ALLOCATE, ALLOCATE_KEEPING_SIZE -> fallocate(at, count, keepsSize(operation));
      case COLLAPSE -> collapse(at, count);
      case INSERT -> insert(at, count);
      case TRUNCATE -> truncate(at);
      case WRITE -> write(at, operation.content());
    }
  }

  private static boolean keepsSize(RangeOperation operation) {
    return operation.kind() == RangeOperation.Kind.ZERO_KEEPING_SIZE
        || operation.kind() == RangeOperation.Kind.ALLOCATE_KEEPING_SIZE;
  }

  private void write(int offset, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    grow(offset + bytes.length);
    System.arraycopy(bytes, 0, content, offset, bytes.length);
  }

  private void truncate(int size) {
    content = Arrays.copyOf(content, size);
  }

  private void fallocate(int offset, int count, boolean keepSize) {
    if (!keepSize) {
      grow(offset + count);
    }
  }

  private void zero(int offset, int count, boolean keepSize) {
    fallocate(offset, count, keepSize);
    punch(offset, count);
  }

  private void punch(int offset, int count) {
    if (offset < content.length) {
      Arrays.fill(content, offset, (int) Math.min(content.length, (long) offset + count), (byte) 0);
    }
  }

  private void collapse(int offset, int count) {
    byte[] rest = Arrays.copyOfRange(content, offset + count, content.length);
    content = Arrays.copyOf(content, content.length - count);
    System.arraycopy(rest, 0, content, offset, rest.length);
  }

  private void insert(int offset, int count) {
    byte[] rest = Arrays.copyOfRange(content, offset, content.length);
    content = Arrays.copyOf(content, content.length + count);
    Arrays.fill(content, offset, offset + count, (byte) 0);
    System.arraycopy(rest, 0, content, offset + count, rest.length);
  }

  private void grow(int size) {
    if (size > content.length) {
      content = Arrays.copyOf(content, size);
    }
  }
}
