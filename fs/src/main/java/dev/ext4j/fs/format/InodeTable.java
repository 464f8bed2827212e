package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A part of an inode table in plain arrays. It is stored twice: as bytes for checksums, and as
 * 32-bit words for fields. A field of four bytes is then read with one load instead of four. Each
 * thread needs its own instance of this class.
 */
public final class InodeTable {
  private static final int LINKS = InodeFields.I_LINKS_COUNT.offset() >> 2; // in the upper half

  final byte[] bytes;
  final int[] words;
  private final ByteBuffer records;

  /** Creates a buffer for {@code byteCount} bytes of an inode table. */
  public InodeTable(int byteCount) {
    bytes = new byte[byteCount];
    words = new int[byteCount / Integer.BYTES];
    records = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Copies the remaining bytes of a little-endian buffer. */
  public void fill(ByteBuffer piece) {
    int count = piece.remaining();
    piece.asIntBuffer().get(words, 0, count / Integer.BYTES);
    piece.get(bytes, 0, count);
  }

  /** Returns a buffer over the stored bytes, for code that reads fields by name. */
  public ByteBuffer records() {
    return records;
  }

  /** Returns {@code i_mode} of the inode at a byte offset. */
  public int mode(int at) {
    return words[at >> 2] & 0xFFFF;
  }

  /** Returns {@code i_links_count} of the inode at a byte offset. */
  public int linkCount(int at) {
    return words[(at >> 2) + LINKS] >>> 16;
  }
}
