package dev.ext4j.testimages;

import java.io.IOException;
import java.util.Random;

/**
 * A change to a range of a file, to be done by the kernel and by what is compared with it.
 *
 * @param byteOffset for {@link Kind#TRUNCATE} the new size
 * @param byteCount 0 for {@link Kind#TRUNCATE}
 * @param seed of the bytes that {@link Kind#WRITE} writes
 */
public record RangeOperation(Kind kind, String file, long byteOffset, long byteCount, long seed) {
  /** What can be done. */
  public enum Kind {
    PUNCH,
    ZERO,
    ZERO_KEEPING_SIZE,
    ALLOCATE,
    ALLOCATE_KEEPING_SIZE,
    COLLAPSE,
    INSERT,
    TRUNCATE,
    WRITE
  }

  /** What {@link Kind#WRITE} writes. */
  public byte[] content() {
    return FileShape.bytes(new Random(seed), Math.toIntExact(byteCount));
  }

  /** Lets the kernel do it. */
  public void applyTo(KernelMount mount) throws IOException {
    KernelFile target = mount.file(file);
    switch (kind) {
      case PUNCH -> target.punch(byteOffset, byteCount);
      case ZERO -> target.zero(byteOffset, byteCount);
      case ZERO_KEEPING_SIZE -> target.zeroKeepingSize(byteOffset, byteCount);
      case ALLOCATE -> target.allocate(byteOffset, byteCount);
      case ALLOCATE_KEEPING_SIZE -> target.allocateKeepingSize(byteOffset, byteCount);
      case COLLAPSE -> target.collapse(byteOffset, byteCount);
      case INSERT -> target.insert(byteOffset, byteCount);
      case TRUNCATE -> target.truncate(byteOffset);
      case WRITE -> target.write(byteOffset, content());
    }
  }
}
