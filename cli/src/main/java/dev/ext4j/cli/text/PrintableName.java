package dev.ext4j.cli.text;

/**
 * Names as a terminal may see them: control characters and bytes that are not UTF-8 become {@code
 * \ooo}, a backslash becomes two, so that a name can neither move the cursor nor look like another.
 */
public final class PrintableName {
  private PrintableName() {}

  /** A spelling of {@code text} (see {@link RawText}) without anything that a terminal obeys. */
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
   * The same for what reads lines and is no terminal, a log for instance: a text without control
   * characters stays as it is, other bytes and backslashes included.
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

  /** C0, DEL, C1, and the marks that turn the direction of writing or break a line. */
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
