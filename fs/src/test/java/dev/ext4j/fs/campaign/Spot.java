package dev.ext4j.fs.campaign;

import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.testimages.DamageSites.Site;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A number in an image that can be changed.
 *
 * @param byteOffset the offset in the image
 * @param width the width in bytes, 1 to 8
 * @param bigEndian whether the number is big-endian, as in the log
 * @param what the name for messages
 */
record Spot(long byteOffset, int width, boolean bigEndian, String what) {
  private static final int TRIES = 20;

  /** Returns a field of a known structure. */
  static Spot of(Site site) {
    return new Spot(
        site.byteOffset(),
        site.width(),
        false,
        site.structure() + "." + site.field() + " at " + site.byteOffset());
  }

  /** Returns a number inside a structure. */
  static Spot in(MetadataPiece piece, int offset, int width) {
    boolean bigEndian = piece.kind() == Kind.LOG_SUPERBLOCK || piece.kind() == Kind.LOG_BLOCK;
    return new Spot(
        piece.byteOffset() + offset,
        width,
        bigEndian,
        piece.kind() + " " + piece.what() + " +" + offset + "/" + width);
  }

  /** Returns a field whose name is known, or any aligned number. */
  static Spot any(CampaignImage image, RandomGenerator random) throws IOException {
    if (random.nextInt(10) < 6) {
      return of(pick(pick(image.sites(), random), random));
    }
    return aligned(
        pick(pick(image.byKind(), random), random), image, 1 << random.nextInt(4), random);
  }

  /** Returns an aligned number in a structure, more often than not one that is not zero. */
  static Spot aligned(MetadataPiece piece, CampaignImage image, int width, RandomGenerator random)
      throws IOException {
    ByteBuffer bytes = piece.read(image.base());
    int places = Math.max(1, piece.byteCount() / width);
    int near = random.nextInt(3) == 0 ? places : Math.min(places, 160 / width);
    int place = random.nextInt(near);
    for (int i = 0; i < TRIES && random.nextInt(5) > 0 && isZero(bytes, place, width); i++) {
      place = random.nextInt(places);
    }
    return in(piece, Math.min(place * width, piece.byteCount() - width), width);
  }

  private static boolean isZero(ByteBuffer bytes, int place, int width) {
    for (int i = place * width; i < Math.min((place + 1) * width, bytes.capacity()); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns one of several choices. */
  static <T> T pick(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
