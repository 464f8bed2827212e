package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One field of an on-disk structure: its name in the kernel's sources, its offset and its width.
 * All integers are little-endian and unsigned. The caller passes buffers in little-endian order. A
 * value that does not fit in a field is a bug of the caller, and throws {@link
 * ArithmeticException}.
 */
public sealed interface Field {
  /** Returns the name in the kernel's sources, for example {@code eh_entries}. */
  String name();

  /** Returns the offset of the field from the start of its structure, in bytes. */
  int offset();

  /** Returns the size of the field in bytes. */
  int width();

  /** A field of 8 bits. */
  record U8(String name, int offset) implements Field {
    @Override
    public int width() {
      return 1;
    }

    int get(ByteBuffer structure) {
      return structure.get(offset) & 0xFF;
    }

    void set(ByteBuffer structure, int value) {
      structure.put(offset, (byte) checked(name, value, 8));
    }
  }

  /** A field of 16 bits. */
  record U16(String name, int offset) implements Field {
    @Override
    public int width() {
      return 2;
    }

    int get(ByteBuffer structure) {
      return get(structure, 0);
    }

    int get(ByteBuffer structure, int base) {
      return structure.getShort(base + offset) & 0xFFFF;
    }

    void set(ByteBuffer structure, int value) {
      set(structure, 0, value);
    }

    void set(ByteBuffer structure, int base, int value) {
      structure.putShort(base + offset, (short) checked(name, value, 16));
    }
  }

  /** A field of 32 bits. */
  record U32(String name, int offset) implements Field {
    @Override
    public int width() {
      return 4;
    }

    long get(ByteBuffer structure) {
      return get(structure, 0);
    }

    long get(ByteBuffer structure, int base) {
      return structure.getInt(base + offset) & 0xFFFFFFFFL;
    }

    void set(ByteBuffer structure, long value) {
      set(structure, 0, value);
    }

    void set(ByteBuffer structure, int base, long value) {
      structure.putInt(base + offset, (int) checked(name, value, 32));
    }
  }

  /** A field of 64 bits. A value above {@link Long#MAX_VALUE} is returned as a negative number. */
  record U64(String name, int offset) implements Field {
    @Override
    public int width() {
      return 8;
    }

    long get(ByteBuffer structure) {
      return structure.getLong(offset);
    }

    void set(ByteBuffer structure, long value) {
      structure.putLong(offset, value);
    }
  }

  /** A run of bytes: text, an identifier, or bytes whose meaning is not needed here. */
  record Bytes(String name, int offset, int width) implements Field {
    byte[] get(ByteBuffer structure) {
      byte[] copy = new byte[width];
      structure.get(offset, copy);
      return copy;
    }

    void set(ByteBuffer structure, byte[] value) {
      if (value.length != width) {
        throw new ArithmeticException(name + " takes " + width + " bytes, not " + value.length);
      }
      structure.put(offset, value);
    }
  }

  private static long checked(String name, long value, int bits) {
    if (value >>> bits != 0) {
      throw new ArithmeticException(name + " does not fit in " + bits + " bits: " + value);
    }
    return value;
  }

  /**
   * The fields of a structure in the order of their offsets. The fields must cover the structure
   * without a gap or an overlap. A test checks this, to find missing fields.
   */
  record Layout(String structure, int size, List<Field> fields) {
    /** Copies the list. */
    public Layout {
      fields = List.copyOf(fields);
    }
  }
}
