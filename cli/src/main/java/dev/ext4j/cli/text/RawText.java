package dev.ext4j.cli.text;

import java.io.ByteArrayOutputStream;

/**
 * A lossless conversion between bytes and text. Bytes that are valid UTF-8 become the characters
 * they mean. Every other byte becomes one lone surrogate, U+DC80 to U+DCFF, as with {@code
 * surrogateescape} in Python. A name that is not UTF-8 therefore survives in strings.
 */
public final class RawText {
  private static final char ESCAPE_BASE = '\uDC00';
  private static final char FIRST_ESCAPE = '\uDC80';
  private static final char LAST_ESCAPE = '\uDCFF';

  private RawText() {}

  /** Returns the text of {@code bytes}. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** Returns the text of a part of {@code bytes}. */
  public static String decode(byte[] bytes, int start, int length) {
    StringBuilder text = new StringBuilder(length);
    int end = start + length;
    for (int i = start; i < end; ) {
      int count = sequenceLength(bytes, i, end);
      if (count == 0) {
        text.append((char) (ESCAPE_BASE + (bytes[i] & 0xFF)));
        i++;
      } else {
        text.appendCodePoint(codePoint(bytes, i, count));
        i += count;
      }
    }
    return text.toString();
  }

  /**
   * Returns the bytes from which {@link #decode} made {@code text}. For any other text, returns its
   * UTF-8 encoding.
   */
  public static byte[] encode(String text) {
    int length = text.length();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length + 8);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes.write(c);
      } else if (c < 0x800) {
        bytes.write(0xC0 | (c >> 6));
        bytes.write(0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        bytes.write(0xF0 | (point >> 18));
        bytes.write(0x80 | ((point >> 12) & 0x3F));
        bytes.write(0x80 | ((point >> 6) & 0x3F));
        bytes.write(0x80 | (point & 0x3F));
      } else if (isEscape(c)) {
        bytes.write(c - ESCAPE_BASE);
      } else {
        bytes.write(0xE0 | (c >> 12));
        bytes.write(0x80 | ((c >> 6) & 0x3F));
        bytes.write(0x80 | (c & 0x3F));
      }
    }
    return bytes.toByteArray();
  }

  /** Returns whether {@link #decode} made {@code text} from bytes that are not all valid UTF-8. */
  public static boolean hasEscapes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)) {
        i++;
      } else if (isEscape(c)) {
        return true;
      }
    }
    return false;
  }

  static boolean isEscape(char c) {
    return c >= FIRST_ESCAPE && c <= LAST_ESCAPE;
  }

  /** Returns the length of the well-formed UTF-8 sequence at {@code at}, or 0 if there is none. */
  static int sequenceLength(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xFF;
    int count = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead > 0xF4 || at + count > end) {
      return 0;
    }
    for (int i = 1; i < count; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    if (count < 3) {
      return count;
    }
    int second = bytes[at + 1] & 0xFF;
    boolean overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    boolean surrogate = lead == 0xED && second >= 0xA0;
    boolean tooLarge = lead == 0xF4 && second >= 0x90;
    return overlong || surrogate || tooLarge ? 0 : count;
  }

  private static int codePoint(byte[] bytes, int at, int count) {
    int lead = bytes[at];
    return switch (count) {
      case 1 -> lead;
      case 2 -> ((lead & 0x1F) << 6) | (bytes[at + 1] & 0x3F);
      case 3 -> ((lead & 0x0F) << 12) | ((bytes[at + 1] & 0x3F) << 6) | (bytes[at + 2] & 0x3F);
      default ->
          ((lead & 0x07) << 18)
              | ((bytes[at + 1] & 0x3F) << 12)
              | ((bytes[at + 2] & 0x3F) << 6)
              | (bytes[at + 3] & 0x3F);
    };
  }
}
