package dev.ext4j.fs.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One block of the file system in memory (the kernel's {@code buffer_head}). As long as an object
 * references it, the cache returns this object for its block number. A caller declares the block to
 * a handle before it changes the bytes.
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

  /**
   * Returns the content, as a buffer in little-endian order. Callers use only its methods with an
   * absolute position.
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Returns whether the content has passed the checks for a kind of structure and its owner.
   *
   * @param purpose a number other than 0 that identifies the kind of structure and its owner
   */
  public boolean isVerifiedAs(long purpose) {
    return verifiedAs == purpose;
  }

  /** Records that the content has passed the checks for a purpose; see {@link #isVerifiedAs}. */
  public void setVerifiedAs(long purpose) {
    verifiedAs = purpose;
  }

  /** Returns a copy of the content. */
  public byte[] copy() {
    return bytes.array().clone();
  }

  /**
   * Replaces the content, for example by an earlier copy. Afterwards {@link #isVerifiedAs} returns
   * false, because the new content has not been checked.
   */
  public void restore(byte[] copy) {
    System.arraycopy(copy, 0, bytes.array(), 0, copy.length);
    verifiedAs = 0;
  }

  @Override
  public String toString() {
    return "block " + number;
  }
}
