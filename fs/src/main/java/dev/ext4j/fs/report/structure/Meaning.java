package dev.ext4j.fs.report.structure;

import dev.ext4j.fs.format.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A way to state the value of a field in words. */
@FunctionalInterface
interface Meaning {
  /** Returns the value of a field in words. */
  String of(RawStructure structure, Field field);

  /** The meaning of a field whose value says everything. */
  Meaning NONE = (structure, field) -> "";

  /** The meaning of an unsigned number. */
  Meaning DECIMAL = (structure, field) -> Long.toUnsignedString(structure.number(field));

  /** The meaning of a UUID. */
  Meaning UUID_TEXT = (structure, field) -> uuid(structure.bytes(field));

  /** The meaning of text that ends at the first NUL. */
  Meaning TEXT = (structure, field) -> quoted(structure.bytes(field), true);

  /** The meaning of a number whose value is 1024 shifted left, in bytes. */
  Meaning SHIFTED_KIB =
      (structure, field) -> {
        long shift = structure.number(field);
        return shift <= 20 ? (1024L << shift) + " bytes" : "impossible";
      };

  /** Returns the meaning of a number with a unit. */
  static Meaning unit(String unit) {
    return (structure, field) -> Long.toUnsignedString(structure.number(field)) + " " + unit;
  }

  /** Returns the meaning of the lower half of a number whose upper half is another field. */
  static Meaning low(String highName, String unit) {
    return (structure, field) -> {
      long value = structure.number(field) | (structure.number(highName) << (8 * field.width()));
      return Long.toUnsignedString(value) + (unit.isEmpty() ? "" : " " + unit);
    };
  }

  /** Returns the meaning of a magic number. */
  static Meaning magic(long expected) {
    return (structure, field) ->
        structure.number(field) == expected
            ? "valid"
            : "not valid: should be 0x" + Long.toHexString(expected);
  }

  /** Returns the meaning of a number that selects one of a few words. */
  static Meaning words(Map<Long, String> words) {
    return (structure, field) -> words.getOrDefault(structure.number(field), "unknown");
  }

  /** Returns the meaning of a word of flags. */
  static Meaning flags(Map<Long, String> names) {
    return (structure, field) -> flagNames(structure.number(field), names);
  }

  /** Returns the meaning of a time in seconds since 1970, of which another field has more bits. */
  static Meaning seconds(String highName) {
    return (structure, field) -> {
      long seconds = structure.number(field) | structure.number(highName) << 32;
      return seconds == 0 ? "never" : Instant.ofEpochSecond(seconds).toString();
    };
  }

  /** Returns the names of the flags in a word. Bits without a name are shown in hexadecimal. */
  static String flagNames(long word, Map<Long, String> names) {
    List<String> found = new ArrayList<>();
    long rest = word;
    for (long bit = Long.lowestOneBit(rest); bit != 0; bit = Long.lowestOneBit(rest)) {
      found.add(names.getOrDefault(bit, "0x" + Long.toHexString(bit)));
      rest &= ~bit;
    }
    return found.isEmpty() ? "none" : String.join(", ", found);
  }

  /** Returns a UUID from its 16 bytes. */
  static String uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  /** Returns text in double quotes, whole or up to the first NUL. */
  static String quoted(byte[] bytes, boolean untilNul) {
    int length = 0;
    while (length < bytes.length && !(untilNul && bytes[length] == 0)) {
      length++;
    }
    return '"' + new String(bytes, 0, length, StandardCharsets.UTF_8) + '"';
  }
}
