package dev.ext4j.fs.report.structure;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A structure whose fields are being collected. */
final class StructureBuilder {
  private final Area area;
  private final String name;
  private final String label;
  private final int byteOffset;
  private final List<DumpedField> fields = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * The bytes that hold structures, and their position on the file system.
   *
   * @param bytes the bytes, in the byte order of the structures
   * @param block the block that holds the bytes
   * @param byteOffset the offset of the bytes in this block
   */
  record Area(ByteBuffer bytes, long block, int byteOffset) {
    /** Returns the area of a whole block, in little-endian order. */
    static Area of(ByteBuffer block, long number) {
      return new Area(block.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN), number, 0);
    }

    /** Returns a part of the area. */
    Area slice(int from, int size) {
      return new Area(bytes.slice(from, size).order(bytes.order()), block, byteOffset + from);
    }

    /** Returns the number of bytes. */
    int size() {
      return bytes.capacity();
    }
  }

  /** Begins a structure at a position in an area. */
  StructureBuilder(Area area, String name, String label, int position) {
    this.area = area;
    this.name = name;
    this.label = label;
    this.byteOffset = position;
  }

  /** Begins a structure, and adds the fields of a table, as far as the area has room. */
  static StructureBuilder of(Area area, FieldTable table, String label, int position) {
    return of(area, table, label, position, table.size());
  }

  /** Same as {@link #of}, with a structure that is shorter than its table. */
  static StructureBuilder of(
      Area area, FieldTable table, String label, int position, int byteCount) {
    StructureBuilder builder = new StructureBuilder(area, table.structure(), label, position);
    table.dump(area.bytes(), position, byteCount, 0, builder.fields);
    if (area.size() - position < byteCount) {
      builder.problem("the structure is cut off");
    }
    return builder;
  }

  /** Adds a run of bytes as a field, as far as the area has them. */
  @CanIgnoreReturnValue
  StructureBuilder bytes(String field, int position, int byteCount, String meaning) {
    int count = Math.max(0, Math.min(byteCount, area.size() - position));
    byte[] copy = new byte[count];
    if (count > 0) {
      area.bytes().get(position, copy);
    }
    fields.add(
        new DumpedField(
            field, position - byteOffset, count, HexFormat.of().formatHex(copy), meaning));
    return this;
  }

  /** Adds a field with any value. */
  @CanIgnoreReturnValue
  StructureBuilder field(DumpedField field) {
    fields.add(field);
    return this;
  }

  /** Replaces the meaning of a field, if the structure has it. */
  @CanIgnoreReturnValue
  StructureBuilder meaning(String field, String meaning) {
    fields.replaceAll(
        each ->
            each.name().equals(field)
                ? new DumpedField(field, each.byteOffset(), each.byteCount(), each.value(), meaning)
                : each);
    return this;
  }

  /** Adds a contradiction. */
  @CanIgnoreReturnValue
  StructureBuilder problem(String problem) {
    problems.add(problem);
    return this;
  }

  /** States in a field of a checksum whether the checksum matches. */
  @CanIgnoreReturnValue
  StructureBuilder checksum(String field, boolean matches) {
    meaning(field, matches ? "matches" : "does not match");
    return matches ? this : problem("the checksum does not match");
  }

  /** Returns the structure. */
  DumpedStructure build() {
    return new DumpedStructure(
        name, label, area.block(), area.byteOffset() + byteOffset, fields, problems);
  }
}
