package dev.ext4j.cli.text;

/**
 * Names in a form that is safe for a terminal. Control characters and bytes that are not UTF-8
 * become {@code \ooo}, and a backslash becomes two. Such a name can neither move the cursor nor
 * look like another name.
 */
public final class PrintableName {
  private PrintableName() {}

  /** Returns {@code text} (see {@link RawText}) without any control sequence for a terminal. */
  public static String of(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        printable.append("\\\\");
      } else if (RawText.isEscape(c)
          && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        octal(printable, c & 0xFF);
      } else if (isControl(c)) {
        for (byte b : RawText.encode(String.valueOf(c))) {
          octal(printable, b & 0xFF);
        }
      } else {
        printable.append(c);
      }
    }
    return printable.toString();
  }

  /**
   * Same as {@link #of}, but for a reader of lines that is not a terminal, for example a log. A
   * text without control characters stays unchanged, even if it has backslashes or bytes that are
   * not UTF-8.
   */
  public static String ofControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return of(text);
      }
    }
    return text;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || isControl(c) || RawText.isEscape(c)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether a character is a control character: C0, DEL, C1, a mark that changes the
   * writing direction, or a line separator.
   */
  private static boolean isControl(char c) {
    return c < 0x20
        || (c >= 0x7F && c < 0xA0)
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private static void octal(StringBuilder out, int value) {
    out.append('\\')
        .append((char) ('0' + (value >> 6)))
        .append((char) ('0' + ((value >> 3) & 7)))
        .append((char) ('0' + (value & 7)));
  }
}
