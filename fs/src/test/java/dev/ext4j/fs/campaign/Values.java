package dev.ext4j.fs.campaign;

import dev.ext4j.fs.format.MetadataPiece;
import java.util.List;
import java.util.random.RandomGenerator;

/** Values that a field may not be prepared for. */
final class Values {
  private static final long[] SIGNS = {
    0x7F, 0x80, 0x7FFF, 0x8000, 0x7FFFFFFFL, 0x80000000L, 1L << 63
  };

  private final CampaignImage image;
  private final RandomGenerator random;

  Values(CampaignImage image, RandomGenerator random) {
    this.image = image;
    this.random = random;
  }

  /** Returns a new value for a field that holds {@code now}. It may be wider than the field. */
  long other(long now, int width) {
    return switch (random.nextInt(16)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> -1;
      case 3 -> SIGNS[random.nextInt(SIGNS.length)];
      case 4 -> 1L << (8 * width - 1);
      case 5 -> now + 1;
      case 6 -> now - 1;
      case 7, 8 -> now ^ (1L << random.nextInt(8 * width));
      case 9 -> random.nextLong();
      case 10, 11 -> block();
      case 12 -> inode();
      case 13 -> random.nextInt(64);
      case 14 -> random.nextBoolean() ? now << 1 : now >>> 1;
      default -> now + random.nextInt(65) - 32;
    };
  }

  /** Returns a block number: of metadata, of any block, or little or far beyond the last block. */
  long block() {
    long count = image.geometry().blockCount();
    return switch (random.nextInt(6)) {
      case 0, 1, 2 -> metadataBlock();
      case 3 -> random.nextLong(count);
      case 4 -> count - 1 + random.nextInt(3);
      default -> random.nextLong() >>> random.nextInt(64);
    };
  }

  private long metadataBlock() {
    List<MetadataPiece> kind = Spot.pick(image.byKind(), random);
    return image.block(Spot.pick(kind, random));
  }

  /** Returns an inode number, mostly a small one. */
  long inode() {
    long count = image.geometry().inodeCount();
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong(count + 2);
      case 1 -> count + random.nextInt(2);
      default -> random.nextInt(40);
    };
  }
}
