package dev.ext4j.testimages;

import java.io.IOException;
import java.util.Random;

/**
 * A change to a range of a file. Both the kernel and the implementation under test carry it out.
 *
 * @param byteOffset the start of the range; for {@link Kind#TRUNCATE} the new size
 * @param byteCount the length of the range; 0 for {@link Kind#TRUNCATE}
 * @param seed the seed of the bytes that {@link Kind#WRITE} writes
 */
public record RangeOperation(Kind kind, String file, long byteOffset, long byteCount, long seed) {
  /** The kinds of operations. */
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

  /** Returns an operation that punches a hole. */
  public static RangeOperation punch(String file, long byteOffset, long byteCount) {
    return new RangeOperation(Kind.PUNCH, file, byteOffset, byteCount, 0);
  }

  /** Returns an operation that zeroes a range. */
  public static RangeOperation zero(
      String file, long byteOffset, long byteCount, boolean keepSize) {
    Kind kind = keepSize ? Kind.ZERO_KEEPING_SIZE : Kind.ZERO;
    return new RangeOperation(kind, file, byteOffset, byteCount, 0);
  }

  /** Returns an operation that allocates a range. */
  public static RangeOperation allocate(
      String file, long byteOffset, long byteCount, boolean keepSize) {
    Kind kind = keepSize ? Kind.ALLOCATE_KEEPING_SIZE : Kind.ALLOCATE;
    return new RangeOperation(kind, file, byteOffset, byteCount, 0);
  }

  /** Returns an operation that removes a range. */
  public static RangeOperation collapse(String file, long byteOffset, long byteCount) {
    return new RangeOperation(Kind.COLLAPSE, file, byteOffset, byteCount, 0);
  }

  /** Returns an operation that inserts a hole. */
  public static RangeOperation insert(String file, long byteOffset, long byteCount) {
    return new RangeOperation(Kind.INSERT, file, byteOffset, byteCount, 0);
  }

  /** Returns an operation that sets the size. */
  public static RangeOperation truncate(String file, long byteSize) {
    return new RangeOperation(Kind.TRUNCATE, file, byteSize, 0, 0);
  }

  /** Returns an operation that writes bytes that depend on {@code seed}. */
  public static RangeOperation write(String file, long byteOffset, int byteCount, long seed) {
    return new RangeOperation(Kind.WRITE, file, byteOffset, byteCount, seed);
  }

  /** Returns the bytes that {@link Kind#WRITE} writes. */
  public byte[] content() {
    return FileShape.bytes(new Random(seed), Math.toIntExact(byteCount));
  }

  /** Applies the operation through the kernel. */
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
