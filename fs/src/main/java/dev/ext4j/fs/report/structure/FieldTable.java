package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Field;
import dev.ext4j.fs.inspect.DumpedField;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a structure, each with the way to state its value in words. */
public final class FieldTable {
  private final Field.Layout layout;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final Map<String, Meaning> meanings;

  /**
   * Creates a table.
   *
   * @param meanings the meanings by the names of the fields. Numbers that have no entry are stated
   *     as decimal numbers.
   */
  FieldTable(Field.Layout layout, Map<String, Meaning> meanings) {
    this.layout = layout;
    this.meanings = Map.copyOf(meanings);
    for (Field field : layout.fields()) {
      fields.put(field.name(), field);
    }
    if (!fields.keySet().containsAll(meanings.keySet())) {
      throw new IllegalArgumentException("meanings of unknown fields: " + meanings.keySet());
    }
  }

  /** Returns the name of the structure. */
  String structure() {
    return layout.structure();
  }

  /** Returns the size of the whole structure in bytes. */
  int size() {
    return layout.size();
  }

  /** Returns the field with a name, which the structure must have. */
  Field field(String name) {
    Field field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException(layout.structure() + " has no " + name);
    }
    return field;
  }

  /** Returns a view of the structure in a buffer. */
  RawStructure view(ByteBuffer bytes, int base) {
    return new RawStructure(fields, bytes, base, Math.min(layout.size(), bytes.capacity() - base));
  }

  /**
   * Adds the fields of a structure to a list. Fields that are not entirely inside the structure's
   * size are left out.
   *
   * @param base the position of the structure in the buffer
   * @param size the number of bytes that the structure has here
   * @param shift the number that is added to the offsets of the fields
   */
  void dump(ByteBuffer bytes, int base, int size, int shift, List<DumpedField> target) {
    int room = Math.min(size, bytes.capacity() - base);
    RawStructure structure = new RawStructure(fields, bytes, base, room);
    for (Field field : layout.fields()) {
      if (structure.has(field)) {
        target.add(
            new DumpedField(
                field.name(),
                shift + field.offset(),
                field.width(),
                structure.value(field),
                meaning(field).of(structure, field)));
      }
    }
  }

  private Meaning meaning(Field field) {
    Meaning usual = field instanceof Field.Bytes ? Meaning.NONE : Meaning.DECIMAL;
    return meanings.getOrDefault(field.name(), usual);
  }
}
