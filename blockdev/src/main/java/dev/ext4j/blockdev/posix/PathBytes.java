package dev.ext4j.blockdev.posix;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path as the bytes that the kernel sees. jnr encodes strings in the JVM's default charset, which
 * under LC_ALL=C on Java 17 turns every letter beyond ASCII into a question mark. This class uses
 * the charset with which the JVM decoded the command line (sun.jnu.encoding), so that the bytes are
 * the same as on the command line. If that charset cannot encode the path, this class uses UTF-8.
 */
final class PathBytes {
  private static final int FIRST_RAW_BYTE = 0xDC80;
  private static final int LAST_RAW_BYTE = 0xDCFF;

  private PathBytes() {}

  static boolean isAscii(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** Returns the bytes of {@code path}, followed by a NUL. */
  static byte[] of(String path) {
    byte[] encoded = encode(path);
    return Arrays.copyOf(encoded, encoded.length + 1);
  }

  private static byte[] encode(String path) {
    String platformCharset = System.getProperty("sun.jnu.encoding");
    if (platformCharset != null && Charset.isSupported(platformCharset)) {
      try {
        ByteBuffer bytes =
            Charset.forName(platformCharset).newEncoder().encode(CharBuffer.wrap(path));
        return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.limit());
      } catch (CharacterCodingException e) {
        // This charset cannot encode the path, so the path was not decoded with it.
      }
    }
    return withRawBytes(path);
  }

  /**
   * Encodes a path in UTF-8, in which a lone surrogate U+DC80 to U+DCFF stands for one byte that is
   * not UTF-8. This is how Python and the command line of ext4j write such names.
   */
  private static byte[] withRawBytes(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length() + 8);
    for (int at = 0; at < path.length(); at += Character.charCount(path.codePointAt(at))) {
      int point = path.codePointAt(at);
      if (point >= FIRST_RAW_BYTE && point <= LAST_RAW_BYTE) {
        bytes.write(point & 0xFF);
      } else {
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
