package dev.ext4j.fs.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One block of the file system in memory (the kernel's {@code buffer_head}). As long as it is
 * referenced, the cache returns this object for its block number. Its bytes may be changed only
 * after the block was declared to a handle.
 */
public final class CachedBlock {
  private final long number;
  private final ByteBuffer bytes;
  private long verifiedAs;

  CachedBlock(long number, int blockSize) {
    this.number = number;
    this.bytes = ByteBuffer.allocate(blockSize).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the number of the block on the file system. */
  public long number() {
    return number;
  }

  /** Returns the content, in little-endian order. Callers use it with absolute positions only. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Returns whether the content has passed the checks of a structure for an owner.
   *
   * @param purpose a code for structure and owner; not 0
   */
  public boolean isVerifiedAs(long purpose) {
    return verifiedAs == purpose;
  }

  /** Records that the content has passed the checks for a purpose. */
  public void setVerifiedAs(long purpose) {
    verifiedAs = purpose;
  }

  /** Returns a copy of the content. */
  public byte[] copy() {
    return bytes.array().clone();
  }

  /** Restores an earlier copy of the content. The checks must be made again. */
  public void restore(byte[] copy) {
    System.arraycopy(copy, 0, bytes.array(), 0, copy.length);
    verifiedAs = 0;
  }

  @Override
  public String toString() {
    return "block " + number;
  }
}
