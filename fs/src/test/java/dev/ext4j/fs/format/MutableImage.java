package dev.ext4j.fs.format;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A golden image in memory of which any number of damaged versions can be made. */
final class MutableImage {
  private static final int OPERATION_SIZE = 5;
  private static final int MOST_OPERATIONS = 64;
  private static final Map<GoldenImage, MutableImage> LOADED = new EnumMap<>(GoldenImage.class);

  private final MemoryBlockDevice base;
  private final List<List<MetadataPiece>> byKind = new ArrayList<>();

  private MutableImage(GoldenImage image) throws IOException {
    byte[] bytes = image.bytes();
    base = new MemoryBlockDevice(bytes.length);
    base.writeFully(0, ByteBuffer.wrap(bytes));
    Map<Kind, List<MetadataPiece>> kinds = new EnumMap<>(Kind.class);
    for (MetadataPiece piece : MetadataScan.of(base)) {
      kinds.computeIfAbsent(piece.kind(), k -> new ArrayList<>()).add(piece);
    }
    byKind.addAll(kinds.values());
  }

  /** Returns an image, which is loaded once. */
  static synchronized MutableImage of(GoldenImage image) {
    return LOADED.computeIfAbsent(
        image,
        i -> {
          try {
            return new MutableImage(i);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Returns the structures of a kind, or an empty list if the image has none. */
  List<byte[]> structures(Kind kind) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (List<MetadataPiece> pieces : byKind) {
      for (MetadataPiece piece : pieces) {
        if (piece.kind() == kind) {
          all.add(piece.read(base).array());
        }
      }
    }
    return all;
  }

  /**
   * Returns the image with bytes overwritten by a script of five bytes for each. These are the kind
   * of structure, its number among those of the kind, two bytes for the offset in it, and the new
   * value. If the first byte of the script is odd, checksums are made valid again, so that readers
   * meet the damage later.
   */
  OverlayDevice damaged(byte[] script) throws IOException {
    OverlayDevice device = OverlayDevice.sharing(base);
    boolean seals = script.length > 0 && (script[0] & 1) != 0;
    int end = Math.min(script.length, 1 + MOST_OPERATIONS * OPERATION_SIZE);
    for (int at = 1; at + OPERATION_SIZE <= end; at += OPERATION_SIZE) {
      List<MetadataPiece> pieces = byKind.get((script[at] & 0xFF) % byKind.size());
      MetadataPiece piece = pieces.get((script[at + 1] & 0xFF) % pieces.size());
      int offset = (script[at + 2] & 0xFF) << 8 | (script[at + 3] & 0xFF);
      overwrite(device, piece, offset % piece.byteCount(), script[at + 4], seals);
    }
    return device;
  }

  private static void overwrite(
      BlockDevice device, MetadataPiece piece, int offset, byte value, boolean seals)
      throws IOException {
    ByteBuffer bytes = piece.read(device);
    bytes.put(offset, value);
    if (seals) {
      piece.seal().seal(bytes, device);
    }
    piece.write(device, bytes);
  }
}
