package dev.ext4j.fs.file;

import java.util.Arrays;

/** What a file should hold after operations: its bytes, as many as its size. */
public final class FileModel {
  private byte[] content = new byte[0];

  /** The bytes. */
  public byte[] content() {
    return content;
  }

  /** How many there are. */
  public int size() {
    return content.length;
  }

  /** Makes it hold these bytes. */
  public void reset(byte[] bytes) {
    content = bytes;
  }

  /** As pwrite(2). */
  public void write(int offset, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    grow(offset + bytes.length);
    System.arraycopy(bytes, 0, content, offset, bytes.length);
  }

  /** As truncate(2). */
  public void truncate(int size) {
    content = Arrays.copyOf(content, size);
  }

  /** As fallocate(2). */
  public void fallocate(int offset, int count, boolean keepSize) {
    if (!keepSize) {
      grow(offset + count);
    }
  }

  /** As FALLOC_FL_ZERO_RANGE. */
  public void zero(int offset, int count, boolean keepSize) {
    fallocate(offset, count, keepSize);
    punch(offset, count);
  }

  /** As FALLOC_FL_PUNCH_HOLE. */
  public void punch(int offset, int count) {
    if (offset < content.length) {
      Arrays.fill(content, offset, (int) Math.min(content.length, (long) offset + count), (byte) 0);
    }
  }

  /** As FALLOC_FL_COLLAPSE_RANGE. */
  public void collapse(int offset, int count) {
    byte[] rest = Arrays.copyOfRange(content, offset + count, content.length);
    content = Arrays.copyOf(content, content.length - count);
    System.arraycopy(rest, 0, content, offset, rest.length);
  }

  /** As FALLOC_FL_INSERT_RANGE. */
  public void insert(int offset, int count) {
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
