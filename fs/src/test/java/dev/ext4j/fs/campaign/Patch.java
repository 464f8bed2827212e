package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.format.MetadataPiece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bytes of one mutant that differ from its image, and a list of the changes for messages. */
final class Patch {
  private final CampaignImage image;
  private final OverlayDevice device;
  private final boolean seals;
  private final List<String> changes = new ArrayList<>();

  /**
   * Makes a patch without changes.
   *
   * @param seals whether the checksum of a structure is made valid after each change
   */
  Patch(CampaignImage image, boolean seals) {
    this.image = image;
    this.device = OverlayDevice.sharing(image.base());
    this.seals = seals;
  }

  CampaignImage image() {
    return image;
  }

  /** Returns the mutant. */
  OverlayDevice device() {
    return device;
  }

  /** Returns descriptions of the changes. */
  List<String> changes() {
    return changes;
  }

  /** Returns the present value of a number of 1 to 8 bytes. */
  long get(Spot spot) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(spot.width());
    device.readFully(spot.byteOffset(), bytes);
    return get(bytes, spot);
  }

  /** Changes a number. Bits that do not fit are cut off. */
  void put(Spot spot, long value) throws IOException {
    long before = get(spot);
    ByteBuffer bytes = ByteBuffer.allocate(spot.width());
    for (int i = 0; i < spot.width(); i++) {
      int at = spot.bigEndian() ? spot.width() - 1 - i : i;
      bytes.put(at, (byte) (value >>> (8 * i)));
    }
    changes.add(
        spot.what() + " " + Long.toHexString(before) + " -> " + Long.toHexString(get(bytes, spot)));
    write(spot.byteOffset(), bytes);
  }

  private static long get(ByteBuffer bytes, Spot spot) {
    long value = 0;
    for (int i = 0; i < spot.width(); i++) {
      value = value << 8 | (bytes.get(spot.bigEndian() ? i : spot.width() - 1 - i) & 0xFF);
    }
    return value;
  }

  /** Writes a structure, or a part of one, over the bytes at an offset. */
  void copy(long byteOffset, ByteBuffer source, String what) throws IOException {
    changes.add(what);
    write(byteOffset, source);
  }

  private void write(long byteOffset, ByteBuffer source) throws IOException {
    int count = source.clear().remaining();
    Map.Entry<Long, MetadataPiece> below = image.pieces().floorEntry(byteOffset);
    MetadataPiece piece = below == null ? null : below.getValue();
    if (piece == null || byteOffset + count > piece.byteOffset() + piece.byteCount()) {
      device.writeFully(byteOffset, source);
      return;
    }
    ByteBuffer bytes = piece.read(device);
    bytes.put((int) (byteOffset - piece.byteOffset()), source, 0, count);
    if (seals) {
      piece.seal().seal(bytes.order(ByteOrder.LITTLE_ENDIAN), device);
    }
    piece.write(device, bytes);
  }
}
