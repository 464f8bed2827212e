package dev.ext4j.fs.inspect;

/**
 * One field of a structure on disk.
 *
 * @param name the name of the field in the kernel's sources, for example {@code i_mode}
 * @param byteOffset the offset of the field from the start of its structure, in bytes
 * @param byteCount the size of the field in bytes
 * @param value the bytes of the field: a number in hexadecimal with {@code 0x}, or the hexadecimal
 *     digits of a run of bytes
 * @param meaning the value in words; empty if the value says everything. Names from the image are
 *     inside double quotes and are not escaped.
 */
public record DumpedField(
    String name, int byteOffset, int byteCount, String value, String meaning) {}
