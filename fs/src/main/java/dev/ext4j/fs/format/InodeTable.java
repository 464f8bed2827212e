package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A piece of an inode table in plain arrays: once as bytes, of which checksums are taken, and once
 * as words, since a field is then one load rather than four. One for each thread.
 */
public final class InodeTable {
  private static final int LINKS = InodeFields.I_LINKS_COUNT.offset() >> 2; // in the upper half

  final byte[] bytes;
  final int[] words;
  private final ByteBuffer records;

  /** Room for a piece of a size in bytes. */
  public InodeTable(int byteCount) {
    bytes = new byte[byteCount];
    words = new int[byteCount / Integer.BYTES];
    records = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Takes over the remaining bytes of a little-endian buffer. */
  public void fill(ByteBuffer piece) {
    int count = piece.remaining();
    piece.asIntBuffer().get(words, 0, count / Integer.BYTES);
    piece.get(bytes, 0, count);
  }

  /** The same bytes for whoever reads fields by their names. */
  public ByteBuffer records() {
    return records;
  }

  /** {@code i_mode} of the inode at a byte offset. */
  public int mode(int at) {
    return words[at >> 2] & 0xFFFF;
  }

  /** {@code i_links_count} of the inode at a byte offset. */
  public int linkCount(int at) {
    return words[(at >> 2) + LINKS] >>> 16;
  }
}
