package dev.ext4j.fs.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One block of the file system in memory (the kernel's {@code buffer_head}). As long as somebody
 * refers to it, the cache hands out this same object for its block. Changing the bytes is allowed
 * only after the block was declared to a handle.
 */
public final class CachedBlock {
  private final long number;
  private final ByteBuffer bytes;
  private long verifiedAs;

  CachedBlock(long number, int blockSize) {
    this.number = number;
    this.bytes = ByteBuffer.allocate(blockSize).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of the block on the file system. */
  public long number() {
    return number;
  }

  /** The content, little-endian; to be used with absolute positions only. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Whether the content passed the checks of its structure, for a certain owner.
   *
   * @param purpose names structure and owner; not 0
   */
  public boolean isVerifiedAs(long purpose) {
    return verifiedAs == purpose;
  }

  /** Notes that the content passed the checks for a purpose. */
  public void setVerifiedAs(long purpose) {
    verifiedAs = purpose;
  }

  /** A copy of the content. */
  public byte[] copy() {
    return bytes.array().clone();
  }

  /** Takes back an earlier copy of the content; the checks must be made again. */
  public void restore(byte[] copy) {
    System.arraycopy(copy, 0, bytes.array(), 0, copy.length);
    verifiedAs = 0;
  }

  @Override
  public String toString() {
    return "block " + number;
  }
}
