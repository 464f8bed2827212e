package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Field;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;

/** The bytes of one structure, from which fields of any layout are read by their names. */
final class RawStructure {
  private static final long WORD = 0xFFFFFFFFL;

  private final Map<String, Field> fields;
  private final ByteBuffer bytes;
  private final int base;
  private final int size;

  /**
   * Creates a view of a structure.
   *
   * @param fields the fields of the layout by name
   * @param bytes the buffer, in the byte order of the structure
   * @param base the position of the structure in the buffer
   * @param size the number of bytes that the structure has here, which may be less than its layout
   */
  RawStructure(Map<String, Field> fields, ByteBuffer bytes, int base, int size) {
    this.fields = fields;
    this.bytes = bytes;
    this.base = base;
    this.size = size;
  }

  /** Returns whether the structure is long enough for a field. */
  boolean has(Field field) {
    return field.offset() + field.width() <= size;
  }

  /** Returns the value of a field of up to 8 bytes. A value of 64 bits may become negative. */
  long number(Field field) {
    int at = base + field.offset();
    return switch (field.width()) {
      case 1 -> bytes.get(at) & 0xFF;
      case 2 -> bytes.getShort(at) & 0xFFFF;
      case 4 -> bytes.getInt(at) & WORD;
      case 8 -> bytes.getLong(at);
      default -> throw new IllegalArgumentException(field.name() + " is not a number");
    };
  }

  /** Returns the value of a field by its name, or 0 if the structure does not have the field. */
  long number(String name) {
    Field field = fields.get(name);
    return field == null || !has(field) ? 0 : number(field);
  }

  /** Returns whether the structure has a field. */
  boolean has(String name) {
    Field field = fields.get(name);
    return field != null && has(field);
  }

  /** Returns the bytes of a field. */
  byte[] bytes(Field field) {
    byte[] copy = new byte[field.width()];
    bytes.get(base + field.offset(), copy);
    return copy;
  }

  /** Returns the value as {@link dev.ext4j.fs.inspect.DumpedField} states it. */
  String value(Field field) {
    if (field instanceof Field.Bytes) {
      return HexFormat.of().formatHex(bytes(field));
    }
    return "0x" + HexFormat.of().toHexDigits(number(field), 2 * field.width());
  }
}
