package dev.ext4j.blockdev.posix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * A table of procfs. Each line is a record. Blanks separate the fields, and octal escapes
 * (mangle_path of fs/seq_file.c) replace characters that would break this format. Names are bytes,
 * which are decoded as UTF-8 here in every locale. Tables are read at the start of most commands,
 * so this class uses no part of the JDK that takes long to load.
 */
final class ProcFile {
  private ProcFile() {}

  /**
   * Returns the fields of each line. The list is empty if the file is missing, as in a container
   * without procfs.
   */
  static List<List<String>> read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<List<String>> lines = new ArrayList<>();
    // Each byte becomes one char, so that splitting cannot damage a name.
    StringTokenizer all =
        new StringTokenizer(new String(content, StandardCharsets.ISO_8859_1), "\n");
    while (all.hasMoreTokens()) {
      lines.add(fields(all.nextToken()));
    }
    return lines;
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringTokenizer words = new StringTokenizer(line, " \t"); // the kernel escapes no others
    while (words.hasMoreTokens()) {
      String field = words.nextToken();
      fields.add(field.indexOf('\\') < 0 && isAscii(field) ? field : unescape(field));
    }
    return fields;
  }

  private static boolean isAscii(String field) {
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * Decodes the octal escapes of a field. {@code \040} is a blank. A backslash without three octal
   * digits stays unchanged.
   */
  static String unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    int at = 0;
    while (at < field.length()) {
      if (isEscape(field, at)) {
        bytes.write(Integer.parseInt(field.substring(at + 1, at + 4), 8));
        at += 4;
      } else {
        bytes.write(field.charAt(at));
        at++;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String field, int at) {
    return field.charAt(at) == '\\'
        && at + 3 < field.length()
        && isBetween('3', field.charAt(at + 1))
        && isBetween('7', field.charAt(at + 2))
        && isBetween('7', field.charAt(at + 3));
  }

  private static boolean isBetween(char highest, char digit) {
    return digit >= '0' && digit <= highest;
  }
}
