package dev.ext4j.fs.file;

import java.util.Arrays;

/** What a file should hold after operations: its bytes, as many as its size. */
final class FileModel {
  private byte[] content = new byte[0];

  byte[] content() {
    return content;
  }

  int size() {
    return content.length;
  }

  void reset(byte[] bytes) {
    content = bytes;
  }

  void write(int offset, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    grow(offset + bytes.length);
    System.arraycopy(bytes, 0, content, offset, bytes.length);
  }

  void truncate(int size) {
    content = Arrays.copyOf(content, size);
  }

  void fallocate(int offset, int count, boolean keepSize) {
    if (!keepSize) {
      grow(offset + count);
    }
  }

  void zero(int offset, int count, boolean keepSize) {
    fallocate(offset, count, keepSize);
    punch(offset, count);
  }

  void punch(int offset, int count) {
    if (offset < content.length) {
      Arrays.fill(content, offset, (int) Math.min(content.length, (long) offset + count), (byte) 0);
    }
  }

  void collapse(int offset, int count) {
    byte[] rest = Arrays.copyOfRange(content, offset + count, content.length);
    content = Arrays.copyOf(content, content.length - count);
    System.arraycopy(rest, 0, content, offset, rest.length);
  }

  void insert(int offset, int count) {
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
