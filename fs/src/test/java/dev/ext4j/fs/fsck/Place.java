package dev.ext4j.fs.fsck;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A structure at a place of an image, whose fields can be read and changed.
 *
 * @param byteOffset the offset on the device
 */
record Place(MemoryBlockDevice disk, Structure structure, long byteOffset) {
  /** Returns the value of a field, unsigned except in fields of eight bytes. */
  long get(String field) throws IOException {
    Structure.Member member = structure.member(field);
    ByteBuffer bytes = ByteBuffer.allocate(member.width()).order(structure.order());
    disk.readFully(byteOffset + member.offset(), bytes);
    return switch (member.width()) {
      case 1 -> bytes.get(0) & 0xFF;
      case 2 -> bytes.getShort(0) & 0xFFFF;
      case 4 -> bytes.getInt(0) & 0xFFFFFFFFL;
      default -> bytes.getLong(0);
    };
  }

  /** Sets a field. Higher bytes of the value that do not fit are ignored. */
  @CanIgnoreReturnValue
  Place set(String field, long value) throws IOException {
    Structure.Member member = structure.member(field);
    ByteBuffer bytes = ByteBuffer.allocate(member.width()).order(structure.order());
    switch (member.width()) {
      case 1 -> bytes.put(0, (byte) value);
      case 2 -> bytes.putShort(0, (short) value);
      case 4 -> bytes.putInt(0, (int) value);
      default -> bytes.putLong(0, value);
    }
    disk.writeFully(byteOffset + member.offset(), bytes);
    return this;
  }

  /** Adds a difference to a field. */
  @CanIgnoreReturnValue
  Place add(String field, long difference) throws IOException {
    return set(field, get(field) + difference);
  }

  /** Inverts bits of a field. */
  @CanIgnoreReturnValue
  Place flip(String field, long bits) throws IOException {
    return set(field, get(field) ^ bits);
  }

  /** Exchanges the value of a field with that of the same field at another place. */
  @CanIgnoreReturnValue
  Place swap(String field, Place other) throws IOException {
    long mine = get(field);
    set(field, other.get(field));
    other.set(field, mine);
    return this;
  }

  /** Returns another structure, a number of bytes after the beginning of this one. */
  Place behind(long byteCount, Structure other) {
    return new Place(disk, other, byteOffset + byteCount);
  }

  /**
   * Returns word {@code i} after the beginning, or word {@code i} of {@code i_block} in an inode.
   */
  Place word(int i) {
    long first = structure == Structure.INODE ? structure.member("i_block").offset() : 0;
    return behind(first + (long) i * Integer.BYTES, Structure.WORD);
  }

  /** Copies bytes to the beginning of another structure. */
  void copyTo(Place target, int byteCount) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount);
    disk.readFully(byteOffset, bytes);
    target.disk().writeFully(target.byteOffset(), bytes.flip());
  }
}
