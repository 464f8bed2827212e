package dev.ext4j.blockdev.posix;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path as the bytes that the kernel sees. jnr encodes strings in the JVM's default charset, which
 * under LC_ALL=C on Java 17 turns every letter beyond ASCII into a question mark. Here a path is
 * encoded in the charset that the JVM decoded the command line with (sun.jnu.encoding) where that
 * charset can hold it, so that bytes come back as they came in, and in UTF-8 where it cannot.
 */
final class PathBytes {
  private PathBytes() {}

  static boolean isAscii(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of {@code path} and a NUL. */
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
        // This charset cannot hold the path, so the path did not come from it.
      }
    }
    return path.getBytes(StandardCharsets.UTF_8);
  }
}
