package dev.ext4j.fs.inspect;

import java.util.List;

/**
 * A structure on disk with all its fields.
 *
 * @param name the name of the structure in the kernel's sources, for example {@code ext4_inode}
 * @param label the structure among others of the same name, for example "extent 3"; empty if there
 *     is only one
 * @param block the block that holds the structure
 * @param byteOffset the offset of the structure in this block, in bytes
 * @param fields the fields in the order of their offsets
 * @param problems the contradictions that were found, for example a checksum that does not match
 */
public record DumpedStructure(
    String name,
    String label,
    long block,
    int byteOffset,
    List<DumpedField> fields,
    List<String> problems) {
  /** Copies the lists. */
  public DumpedStructure {
    fields = List.copyOf(fields);
    problems = List.copyOf(problems);
  }
}
