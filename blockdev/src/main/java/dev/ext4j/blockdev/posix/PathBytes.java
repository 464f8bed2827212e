package dev.ext4j.blockdev.posix;

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
    return path.getBytes(StandardCharsets.UTF_8);
  }
}
