package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The bytes of a disk that was used before. They are a pattern that no file of the tests contains.
 * The pattern stays in all bytes that were never written, and no reader may ever get it.
 */
public final class UsedDisk {
  /** The value of each byte. */
  public static final byte PATTERN = (byte) 0xE5;

  private static final int PIECE = 1 << 20;

  private UsedDisk() {}

  /** Fills an existing file up to its size. */
  static void fill(Path file) throws IOException {
    byte[] pattern = new byte[PIECE];
    Arrays.fill(pattern, PATTERN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long size = channel.size();
      for (long at = 0; at < size; at += PIECE) {
        ByteBuffer piece = ByteBuffer.wrap(pattern, 0, (int) Math.min(PIECE, size - at));
        while (piece.hasRemaining()) {
          channel.write(piece, at + piece.position());
        }
      }
    }
  }
}
