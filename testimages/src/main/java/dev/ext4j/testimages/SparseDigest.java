package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A digest of a file's content that needs no time for holes. It covers each page that is not all
 * zeros, and its offset. Files with equal bytes have equal digests, even if their maps differ.
 */
final class SparseDigest {
  private static final int PAGE = 4096;

  private final MessageDigest digest;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE);

  private SparseDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  static String of(Path path, List<KernelExtent> map, int blockSize) throws IOException {
    SparseDigest digest = new SparseDigest();
    long next = 0;
    try (FileChannel channel = FileChannel.open(path)) {
      for (KernelExtent extent : map) {
        if (!extent.unwritten()) {
          long end = extent.inline() ? PAGE : extent.logicalEnd() * blockSize;
          long start = extent.logicalBlock() * blockSize / PAGE * PAGE;
          for (next = Math.max(next, start); next < end; next += PAGE) {
            digest.add(channel, next);
          }
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest.digest());
  }

  private void add(FileChannel channel, long byteOffset) throws IOException {
    page.clear();
    int count = 0;
    while (page.hasRemaining() && count >= 0) {
      count = channel.read(page, byteOffset + page.position());
    }
    while (page.hasRemaining()) {
      page.put((byte) 0);
    }
    if (!isZero(page.array())) {
      digest.update(Long.toString(byteOffset).getBytes(StandardCharsets.US_ASCII));
      digest.update(page.array());
    }
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
